// The page's files, embedded in the executable at build time.

/// A file of the page.
struct Asset: Sendable {
    let type: String
    let bytes: [UInt8]

    var answer: DashboardAnswer { DashboardAnswer(type: type, bytes, caching: "no-cache") }

    static let openAPI = Asset(type: "application/json", bytes: PackageResources.openapi_json)

    /// By their names in the root folder; the page itself has the empty one.
    static let named: [String: Asset] = [
        "": Asset(type: "text/html; charset=utf-8", bytes: PackageResources.index_html),
        "style.css": Asset(type: "text/css; charset=utf-8", bytes: PackageResources.style_css),
        "app.js": Asset(type: "text/javascript; charset=utf-8", bytes: PackageResources.app_js),
        "charts.js": Asset(type: "text/javascript; charset=utf-8", bytes: PackageResources.charts_js),
        "words.js": Asset(type: "text/javascript; charset=utf-8", bytes: PackageResources.words_js),
        "icon.svg": Asset(type: "image/svg+xml", bytes: PackageResources.icon_svg),
    ]
}
