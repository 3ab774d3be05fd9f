// One payment by card.

public import ScoringRecords

/// A payment: whose card, at which terminal, how much, and whether the customer took it back.
public struct CardFraudEvent: SimulatedEvent {
    /// How a payment came to be a fraud.
    public enum Scenario: Sendable {
        /// It is none.
        case genuine
        /// The terminal had been tampered with.
        case terminal
        /// The card's data had been stolen.
        case card
        /// A thief tried for an unusually high amount.
        case highAmount
        /// Planted drift made a fraud of a payment that looks genuine.
        case drift
    }

    /// Its number in the stream, from 0.
    public let index: Int
    /// When the card was used.
    public let time: Timestamp
    /// The customer, from 1.
    public let customer: Int
    /// The terminal, from 1.
    public let terminal: Int
    /// The terminal's category, 1 to `CardFraudStream.merchantCategories`; thieves with stolen data favour the first two.
    public let merchantCategory: Int
    /// The amount in hundredths, 0.01 to 100,000.00.
    public let amountCents: Int
    /// The amount over the customer's median, in hundredths.
    public let amountToUsualPercent: Int
    /// From the customer's home to the terminal, in units of 100 m.
    public let distanceHectometres: Int
    /// The hour of day in UTC, 0 to 23.
    public let hour: Int
    /// Whether the terminal was compromised at the time.
    public let isTerminalCompromised: Bool
    /// Whether the card was compromised at the time.
    public let isCardCompromised: Bool
    /// How it came to be a fraud.
    public let scenario: Scenario
    /// The fraud's probability and outcome.
    public let truth: SimulatedTruth

    /// Writes customer, terminal, merchant_category, amount, amount_to_usual, distance_km, hour.
    public func writeFields(to row: inout RowWriter) {
        row.integer("customer", customer)
        row.integer("terminal", terminal)
        row.integer("merchant_category", merchantCategory)
        row.decimal("amount", amountCents, places: 2)
        row.decimal("amount_to_usual", amountToUsualPercent, places: 2)
        row.decimal("distance_km", distanceHectometres, places: 1)
        row.integer("hour", hour)
    }

    /// Writes terminal_compromised, card_compromised, scenario.
    public func writeState(to row: inout RowWriter) {
        row.flag("terminal_compromised", isTerminalCompromised)
        row.flag("card_compromised", isCardCompromised)
        switch scenario {
        case .genuine: row.word("scenario", "genuine")
        case .terminal: row.word("scenario", "terminal")
        case .card: row.word("scenario", "card")
        case .highAmount: row.word("scenario", "high-amount")
        case .drift: row.word("scenario", "drift")
        }
    }
}

/// The fields by which drift may slice the stream, under the names of their columns.
enum CardFraudField: String, CaseIterable {
    case customer, terminal, hour
    case merchantCategory = "merchant_category"
}
