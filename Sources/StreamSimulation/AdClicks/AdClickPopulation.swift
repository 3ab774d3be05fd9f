// Users, ads and places: who there is, how often each comes, and what each does to the odds of a click.

import ElementaryMath

/// The fixed part of an ad-click stream.
struct AdClickPopulation {
    /// What was shown to whom, as indices from 0.
    struct Impression {
        var user: Int
        var ad: Int
        var position: Int
    }

    struct User {
        var effect: Double
        var segment: Int32
        var purchases: Int32
    }

    struct Ad {
        var effect: Double
        var category: Int
    }

    // Standard deviations in nats. With positions and hours they make a stream on which the true probability itself has an
    // AUC of 0.73 at the default options: no model can do better.
    private static let userDeviation = 0.5
    private static let adDeviation = 0.6
    private static let interactionDeviation = 0.4
    /// The odds at position k are 1/√k of those at the top.
    private static let positionExponent = 0.5
    /// Popularities follow Zipf's law: mildly for users, who share the day, strongly for ads, which compete.
    private static let userZipfExponent = 0.6
    private static let adZipfExponent = 1.0
    private static let positionZipfExponent = 0.7
    /// The mean of a user's purchases is 2 e^effect.
    private static let meanPurchases = 2.0

    let users: [User]
    let ads: [Ad]
    private let interactions: [Double]
    private let positionEffects: [Double]
    private let userPopularity: AliasTable
    private let adPopularity: AliasTable
    private let positionFrequency: AliasTable

    /// - Parameter newAds: ads known from the start that only drift will show.
    init(_ options: AdClickOptions, newAds: Int) {
        let seed = options.plan.seed
        users = (0..<options.users).map { index in
            var random = RandomStream(seed: seed, .user, index)
            let effect = AdClickPopulation.userDeviation * random.normal()
            return User(
                effect: effect, segment: Int32(random.integer(below: AdClickStream.segments)),
                purchases: Int32(random.poisson(mean: AdClickPopulation.meanPurchases * exp(effect))))
        }
        ads = (0..<options.ads + newAds).map { index in
            var random = RandomStream(seed: seed, .ad, index)
            return Ad(
                effect: AdClickPopulation.adDeviation * random.normal(),
                category: random.integer(below: AdClickStream.categories))
        }
        var random = RandomStream(seed: seed, .interaction, 0)
        interactions = (0..<AdClickStream.categories * AdClickStream.segments).map { _ in
            AdClickPopulation.interactionDeviation * random.normal()
        }
        positionEffects = (1...options.positions).map { -AdClickPopulation.positionExponent * log(Double($0)) }
        userPopularity = AliasTable(zipf: options.users, exponent: AdClickPopulation.userZipfExponent)
        adPopularity = AliasTable(zipf: options.ads, exponent: AdClickPopulation.adZipfExponent)
        positionFrequency = AliasTable(zipf: options.positions, exponent: AdClickPopulation.positionZipfExponent)
    }

    /// An impression without new ads.
    func draw(_ random: inout RandomStream) -> Impression {
        Impression(
            user: userPopularity.draw(&random), ad: adPopularity.draw(&random),
            position: positionFrequency.draw(&random)
        )
    }

    /// The log-odds of a click, but for the intercept and the hour.
    func effect(of impression: Impression) -> Double {
        let user = users[impression.user]
        let ad = ads[impression.ad]
        return user.effect + ad.effect + positionEffects[impression.position]
            + interactions[ad.category * AdClickStream.segments + Int(user.segment)]
    }
}
