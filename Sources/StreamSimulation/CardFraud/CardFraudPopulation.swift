// Customers and terminals: where they are, how they spend, where they pay.

import ElementaryMath

/// The fixed part of a card-fraud stream.
struct CardFraudPopulation {
    struct Customer {
        var home: Place
        /// ln of the median amount.
        var logMedian: Double
    }

    struct Terminal {
        var place: Place
        var category: Int
    }

    /// A point of a square of `Place.side` kilometres.
    struct Place {
        static let side = 100.0

        var x: Double
        var y: Double

        init(_ random: inout RandomStream) {
            x = Place.side * random.uniform()
            y = Place.side * random.uniform()
        }

        func distance(to other: Place) -> Double {
            let (east, north) = (x - other.x, y - other.y)
            return (east * east + north * north).squareRoot()
        }
    }

    /// Terminals a customer uses, and among how many of them they are the nearest: with many terminals they lie within
    /// √(8/64 · 10⁴ km² / π) = 20 km of the home.
    private static let usualTerminals = 8
    private static let knownTerminals = 64
    /// Payments on the road: at any terminal.
    private static let travelShare = 0.1
    /// Medians are 25 in the middle; two thirds of the customers are within a factor e^½ of it.
    private static let logMedianMean = log(25)
    private static let logMedianDeviation = 0.5
    /// How unequally often cards are used.
    private static let activityLogDeviation = 0.7
    /// Thieves with stolen data go to the categories that sell best again four times as often.
    private static let favouredCategories = 2
    private static let favour = 4.0

    let customers: [Customer]
    let terminals: [Terminal]
    private let usual: [Int32]
    private let activity: AliasTable
    private let thiefWeights: [Double]
    private let thiefTotal: Double
    private let thiefChoice: AliasTable

    init(_ options: CardFraudOptions) {
        let seed = options.plan.seed
        let terminals = (0..<options.terminals).map { index in
            var random = RandomStream(seed: seed, .terminal, index)
            return Terminal(
                place: Place(&random), category: random.integer(below: CardFraudStream.merchantCategories))
        }
        var usual: [Int32] = []
        usual.reserveCapacity(options.customers * CardFraudPopulation.usualTerminals)
        var weights: [Double] = []
        customers = (0..<options.customers).map { index in
            var random = RandomStream(seed: seed, .customer, index)
            let home = Place(&random)
            let logMedian =
                CardFraudPopulation.logMedianMean + CardFraudPopulation.logMedianDeviation * random.normal()
            weights.append(
                random.logNormal(logMean: 0, logDeviation: CardFraudPopulation.activityLogDeviation))
            usual += CardFraudPopulation.nearest(to: home, of: terminals, &random)
            return Customer(home: home, logMedian: logMedian)
        }
        self.terminals = terminals
        self.usual = usual
        activity = AliasTable(weights: weights)
        thiefWeights = terminals.map {
            $0.category < CardFraudPopulation.favouredCategories ? CardFraudPopulation.favour : 1
        }
        thiefTotal = thiefWeights.reduce(0, +)
        thiefChoice = AliasTable(weights: thiefWeights)
    }

    /// The nearest of some terminals drawn at random. One may stand there twice, and is then used twice as often.
    private static func nearest(to home: Place, of terminals: [Terminal], _ random: inout RandomStream) -> [Int32] {
        let known = (0..<knownTerminals).map { _ in
            let index = random.integer(below: terminals.count)
            return (distance: home.distance(to: terminals[index].place), index: Int32(index))
        }
        return known.sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }.prefix(usualTerminals).map(\.index)
    }

    // MARK: Draws and their probabilities

    func drawCustomer(_ random: inout RandomStream) -> Int { activity.draw(&random) }

    /// Where the customer pays: mostly at a usual terminal.
    func drawHolderTerminal(_ customer: Int, _ random: inout RandomStream) -> Int {
        if random.uniform() < CardFraudPopulation.travelShare { return random.integer(below: terminals.count) }
        let choice = random.integer(below: CardFraudPopulation.usualTerminals)
        return Int(usual[customer * CardFraudPopulation.usualTerminals + choice])
    }

    /// The probability that `drawHolderTerminal` gives `terminal`.
    func holderShare(_ customer: Int, _ terminal: Int) -> Double {
        let count = CardFraudPopulation.usualTerminals
        var matches = 0
        for index in customer * count..<(customer + 1) * count where usual[index] == terminal { matches += 1 }
        return (1 - CardFraudPopulation.travelShare) * Double(matches) / Double(count)
            + CardFraudPopulation.travelShare / Double(terminals.count)
    }

    /// Where a thief with stolen data pays.
    func drawThiefTerminal(_ random: inout RandomStream) -> Int { thiefChoice.draw(&random) }

    /// The probability that `drawThiefTerminal` gives `terminal`.
    func thiefShare(_ terminal: Int) -> Double { thiefWeights[terminal] / thiefTotal }
}
