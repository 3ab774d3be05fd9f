// The `endpoints` section: four different places, and a word to whoever opens one of them to the network.

extension ConfigurationReader {
    /// The endpoints, with the defaults where none or a wrong one is named.
    func endpoints(_ setting: Setting?) -> Endpoints {
        var endpoints = Endpoints()
        guard let setting,
            let section = Section(
                setting, keys: endpoints.named.map(\.name), example: "{ intake: \"tcp://127.0.0.1:5600\" }")
        else { return endpoints }
        endpoints.intake = section.read("intake", else: endpoints.intake, endpoint)
        endpoints.journal = section.read("journal", else: endpoints.journal, endpoint)
        endpoints.model = section.read("model", else: endpoints.model, endpoint)
        endpoints.tail = section.read("tail", else: endpoints.tail, endpoint)
        // The second of two equal ones is complained about, unless it is a default: then the first is.
        var owners: [Endpoint: String] = [:]
        for (name, endpoint) in endpoints.named {
            if let owner = owners.updateValue(name, forKey: endpoint), let place = section[name] ?? section[owner] {
                place.refuse(
                    "\(endpoint) is the endpoint of both \(owner) and \(name)",
                    remedy: "give each its own; defaults take the ports 5600 to 5603")
            }
        }
        return endpoints
    }

    private func endpoint(_ setting: Setting) -> Endpoint? {
        guard let text = setting.text(maximumBytes: ConfigurationLimits.pathBytes),
            let endpoint = setting.value(text, { text throws(SettingError) in try Endpoint(text) })
        else { return nil }
        if !endpoint.isLocal {
            setting.advise(
                "\(endpoint) is reachable beyond this machine, and its traffic is neither encrypted nor authenticated",
                remedy: "keep it inside a trusted network, or bind to 127.0.0.1 or an ipc:// path")
        }
        return endpoint
    }
}
