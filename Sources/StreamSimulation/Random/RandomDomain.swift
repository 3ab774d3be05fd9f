// Which family of random streams is whose.

/// The families of streams under one seed. A number, once given, stays: another one would change every simulated file.
enum RandomDomain: UInt64 {
    case arrivals = 1
    case impression = 2
    case user = 3
    case ad = 4
    case interaction = 5
    case interceptContext = 6
    case transaction = 7
    case customer = 8
    case terminal = 9
    case terminalCompromise = 10
    case cardCompromise = 11
}

extension RandomStream {
    /// The stream of member `index` of `domain`.
    init(seed: UInt64, _ domain: RandomDomain, _ index: Int) {
        self.init(seed: seed, domain: domain.rawValue, index: UInt64(index))
    }
}
