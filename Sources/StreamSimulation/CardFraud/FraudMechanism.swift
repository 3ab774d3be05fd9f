// How payments come to be frauds, and what a payment tells about whether it is one: the same numbers, forwards and back.

import ElementaryMath

/// The mixture of genuine payments and three kinds of fraud, and its posterior.
struct FraudMechanism {
    /// A normal distribution of the logarithm of an amount.
    struct LogAmount {
        var mean: Double
        var deviation: Double

        /// The density at `logAmount`, but for the factor that all share.
        func density(_ logAmount: Double) -> Double {
            let z = (logAmount - mean) / deviation
            return exp(-0.5 * z * z) / deviation
        }
    }

    /// How the base rate is shared out. The high amounts take the rest.
    private static let terminalPart = 0.4
    private static let cardPart = 0.35
    /// Of the payments at a compromised terminal.
    static let terminalFraudShare = 0.5
    /// Of the payments with a compromised card: the Handbook's third.
    static let cardFraudShare = 1.0 / 3
    /// A customer's amounts.
    private static let holderDeviation = 0.6
    /// With a stolen card five times as much is spent, as in the Handbook.
    private static let cardLogShift = log(5)
    /// The high amounts: 400 in the middle, whoever's card it is, sometimes as low as others' ordinary ones.
    private static let high = LogAmount(mean: log(400), deviation: 0.8)

    /// The share of terminals that are compromised at any time.
    let compromisedTerminals: Double
    /// The share of cards that are compromised at any time.
    let compromisedCards: Double
    /// The probability of a high-amount theft, given that no stolen card is being used.
    let highAmountProbability: Double

    /// The mechanism whose frauds make up `baseRate` of all payments, in expectation over the compromises.
    init(baseRate: Double) {
        let highPart = 1 - FraudMechanism.terminalPart - FraudMechanism.cardPart
        let byCard = baseRate * FraudMechanism.cardPart
        let byHighAmount = baseRate * highPart
        compromisedCards = byCard / FraudMechanism.cardFraudShare
        highAmountProbability = byHighAmount / (1 - byCard)
        compromisedTerminals =
            baseRate * FraudMechanism.terminalPart / ((1 - byCard - byHighAmount) * FraudMechanism.terminalFraudShare)
    }

    static func holder(_ logMedian: Double) -> LogAmount { LogAmount(mean: logMedian, deviation: holderDeviation) }

    /// The amounts of a scenario; a tampered terminal leaves them as they are.
    func logAmount(_ scenario: CardFraudEvent.Scenario, logMedian: Double) -> LogAmount {
        switch scenario {
        case .genuine, .terminal, .drift: FraudMechanism.holder(logMedian)
        case .card:
            LogAmount(mean: logMedian + FraudMechanism.cardLogShift, deviation: FraudMechanism.holderDeviation)
        case .highAmount: FraudMechanism.high
        }
    }

    /// The prior probabilities that a payment is made with stolen card data, or by a high-amount thief.
    func priors(isCardCompromised: Bool) -> (card: Double, highAmount: Double) {
        let card = isCardCompromised ? FraudMechanism.cardFraudShare : 0
        return (card, (1 - card) * highAmountProbability)
    }

    /// What the posterior depends on.
    struct Evidence {
        var logAmount: Double
        var logMedian: Double
        /// P(terminal | where the customer pays), P(terminal | where a thief with stolen data pays).
        var holderShare: Double
        var thiefShare: Double
        var isTerminalCompromised: Bool
        var isCardCompromised: Bool
    }

    /// Joint densities of the evidence with "genuine" and with "fraud": Bayes' numerators.
    ///
    /// Amounts lie within [0.01, 10⁵] and medians within e^{±8·½} of 25, so no exponent is below −½·25²: neither underflows
    /// where its prior is positive.
    func joint(_ evidence: Evidence) -> (genuine: Double, fraud: Double) {
        let priors = priors(isCardCompromised: evidence.isCardCompromised)
        func density(_ scenario: CardFraudEvent.Scenario) -> Double {
            logAmount(scenario, logMedian: evidence.logMedian).density(evidence.logAmount)
        }
        let byHolder = (1 - priors.card - priors.highAmount) * evidence.holderShare * density(.genuine)
        let tampered = evidence.isTerminalCompromised ? FraudMechanism.terminalFraudShare : 0
        let byCard = priors.card > 0 ? priors.card * evidence.thiefShare * density(.card) : 0
        let byHighAmount = priors.highAmount * evidence.holderShare * density(.highAmount)
        return (byHolder * (1 - tampered), byHolder * tampered + byCard + byHighAmount)
    }
}
