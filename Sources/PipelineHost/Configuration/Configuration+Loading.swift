// From a file or a text to a configuration: the two ways in. What a file may say is in Reading/.

extension Configuration {
    /// Reads and checks the configuration file at `path`.
    ///
    /// - Throws: `ConfigurationError` with everything that is wrong, a file that is missing, a directory, larger than 1 MiB
    ///   or not UTF-8 included.
    public static func load(path: String) throws(ConfigurationError) -> Configuration {
        let findings = Findings()
        guard let yaml = ConfigurationFile.text(path: path, findings: findings) else {
            throw findings.error(source: path)
        }
        return try parse(yaml: yaml, source: path)
    }

    /// Checks the configuration in `yaml`.
    ///
    /// - Parameter source: the file's path: errors name it, and files that the text names are relative to its folder.
    /// - Throws: `ConfigurationError` with everything that is wrong.
    public static func parse(yaml: String, source: String) throws(ConfigurationError) -> Configuration {
        let findings = Findings()
        let folder = source.lastIndex(of: "/").map { String(source[...$0]) } ?? ""
        guard let root = YAMLDocument.root(of: yaml, findings: findings),
            var configuration = ConfigurationReader(folder: folder, findings: findings).read(root),
            findings.errors.isEmpty
        else { throw findings.error(source: source) }
        configuration.yaml = yaml
        return configuration
    }
}
