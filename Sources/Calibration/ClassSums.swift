// A head with classes judged as one prediction. Each class against the rest is a CalibrationSketch's.

public import ByteCoding
import ElementaryMath

/// Sums over the mature labels of a head whose classes exclude each other.
///
/// O(C) memory; mergeable. Labels of weight 0 are left out.
public struct ClassSums: Hashable, Sendable {
    /// Labels counted.
    public private(set) var count = 0
    /// Σw per class of the label.
    public private(set) var weights: [Double]
    private var logLossSum = 0.0
    private var brierSum = 0.0
    private var hits = 0.0

    /// No labels yet, for `classCount` classes.
    public init(classCount: Int) { weights = Array(repeating: 0, count: classCount) }

    /// Σw.
    public var weight: Double { weights.reduce(0, +) }

    /// Adds a label.
    ///
    /// - Parameters:
    ///   - servedLogits: ln(p_k / (1 − p_k)) of the probabilities as served, which sum to 1.
    ///   - category: the class that came true.
    ///   - weight: w ≥ 0.
    public mutating func add(servedLogits: [Double], category: Int, weight: Double) {
        precondition(servedLogits.count == weights.count, "there is a logit per class")
        if weight == 0 { return }
        count += 1
        weights[category] += weight
        logLossSum += weight * softplus(-servedLogits[category])
        var (top, squares) = (0, 0.0)
        for k in servedLogits.indices {
            if servedLogits[k] > servedLogits[top] { top = k }
            let miss = k == category ? sigmoid(-servedLogits[k]) : sigmoid(servedLogits[k])
            squares += miss * miss
        }
        brierSum += weight * squares
        if top == category { hits += weight }
    }

    /// Adds the labels of `other`, for as many classes.
    public mutating func merge(_ other: ClassSums) {
        precondition(weights.count == other.weights.count, "both have the same classes")
        count += other.count
        for k in weights.indices { weights[k] += other.weights[k] }
        logLossSum += other.logLossSum
        brierSum += other.brierSum
        hits += other.hits
    }

    /// −Σw ln p_y / Σw in nats; `nil` without labels.
    public var logLoss: Double? { count == 0 ? nil : logLossSum / weight }

    /// The entropy of the classes' observed shares, in nats; `nil` without labels.
    public var baseRateEntropy: Double? {
        guard count > 0 else { return nil }
        let total = weight
        return weights.reduce(0) { $1 > 0 ? $0 - $1 / total * log($1 / total) : $0 }
    }

    /// Log loss over the entropy of the observed shares, the log loss of the best constant in hindsight; `nil` unless two
    /// classes came true. The normalised entropy of He et al. 2014, §2.1, for more than two classes.
    public var normalizedEntropy: Double? {
        guard let logLoss, let entropy = baseRateEntropy, entropy > 0 else { return nil }
        return logLoss / entropy
    }

    /// Σw Σ_k (p_k − 1(k = y))² / Σw, in [0, 2] (Brier 1950, *Monthly Weather Review* 78:1); `nil` without labels.
    public var brier: Double? { count == 0 ? nil : brierSum / weight }

    /// The share of labels whose class was the most probable one; `nil` without labels.
    public var accuracy: Double? { count == 0 ? nil : hits / weight }
}

/// Sums of the loss a head is trained on.
public struct TrainingLossSums: Hashable, Sendable {
    private var sum = 0.0
    private var weight = 0.0

    /// None yet.
    public init() {}

    /// Adds the loss of one label, weight included.
    public mutating func add(_ loss: Double, weight: Double) {
        sum += loss
        self.weight += weight
    }

    /// Σ loss / Σw; `nil` without labels. Of different losses no two such values can be compared: a focal loss of .01 and
    /// a cross-entropy of .03 say nothing about each other.
    public var mean: Double? { weight > 0 ? sum / weight : nil }
}

extension ClassSums {
    /// Writes the count `varint`, then log loss, Brier sum and hits, and a weight per class, all `f64`.
    public func encode(into writer: inout ByteWriter) {
        writer.writeVarint(UInt64(count))
        for sum in [logLossSum, brierSum, hits] + weights { writer.writeDouble(sum) }
    }

    /// Reads what `encode` wrote for `classCount` classes.
    ///
    /// - Throws: `ByteCodingError`, or `CalibrationStateError` where no labels could have made these sums.
    public init(_ reader: inout ByteReader, classCount: Int) throws {
        self.init(classCount: classCount)
        count = try reader.readCount(maximum: LogitBin.maximumCount)
        (logLossSum, brierSum, hits) = (try reader.readDouble(), try reader.readDouble(), try reader.readDouble())
        for k in weights.indices { weights[k] = try reader.readDouble() }
        guard ([logLossSum, brierSum, hits] + weights).allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw CalibrationStateError.outOfDomain
        }
    }
}

extension TrainingLossSums {
    /// Writes both sums, `f64` each.
    public func encode(into writer: inout ByteWriter) {
        writer.writeDouble(sum)
        writer.writeDouble(weight)
    }

    /// Reads what `encode` wrote.
    ///
    /// - Throws: `ByteCodingError`, or `CalibrationStateError` where no labels could have made these sums.
    public init(_ reader: inout ByteReader) throws {
        (sum, weight) = (try reader.readDouble(), try reader.readDouble())
        guard sum.isFinite, weight >= 0, weight.isFinite else { throw CalibrationStateError.outOfDomain }
    }
}
