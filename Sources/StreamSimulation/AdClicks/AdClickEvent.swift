// One impression of an ad.

public import ScoringRecords

/// An impression: who saw which ad where and when, and whether a click came.
public struct AdClickEvent: SimulatedEvent {
    /// Its number in the stream, from 0.
    public let index: Int
    /// When the ad was shown.
    public let time: Timestamp
    /// The user, from 1; lower numbers come more often.
    public let user: Int
    /// The user's segment, 1 to `AdClickStream.segments`.
    public let userSegment: Int
    /// Purchases in the user's history: more for users who click more.
    public let userPurchases: Int
    /// The ad, from 1; new ads come after all others.
    public let ad: Int
    /// The ad's category, 1 to `AdClickStream.categories`.
    public let adCategory: Int
    /// The place on the page, from 1 at the top.
    public let position: Int
    /// The hour of day in UTC, 0 to 23.
    public let hour: Int
    /// The click's probability and outcome.
    public let truth: SimulatedTruth

    /// Writes user, user_segment, user_purchases, ad, ad_category, position, hour.
    public func writeFields(to row: inout RowWriter) {
        row.integer("user", user)
        row.integer("user_segment", userSegment)
        row.integer("user_purchases", userPurchases)
        row.integer("ad", ad)
        row.integer("ad_category", adCategory)
        row.integer("position", position)
        row.integer("hour", hour)
    }

    /// Nothing: the probability depends on fields alone.
    public func writeState(to row: inout RowWriter) {}
}

/// The fields by which drift may slice the stream, under the names of their columns.
enum AdClickField: String, CaseIterable {
    case user, ad, position, hour
    case userSegment = "user_segment"
    case adCategory = "ad_category"
}
