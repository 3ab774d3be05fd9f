// The hot loop: gather the slots of an event, score it, and take one step per feature.
// Nothing here allocates once the working memory has met the widest event.

import CKernels
public import ScoringRecords

extension FTRLTable {
    /// The raw logit: offset + Σ wᵢ xᵢ, clamped to ±`Logit.bound`.
    ///
    /// Summed in `Float` from the offset on, indicators first and valued features after them, each list in its order,
    /// every occurrence of a repeated slot counted. Tags are ignored; an output beyond the table traps; values obey
    /// `ValuedFeature`.
    public func logit(of features: FeatureVector, output: Int = 0) -> Logit {
        score(load(features, output), count: features.count, output)
    }

    /// Predicts, then takes one step of FTRL-Proximal per occurrence of a feature; returns the raw logit before the
    /// step.
    ///
    /// The gradient dL/dz is computed once, at the logit returned, and shared: coordinate i steps by g xᵢ. An index
    /// that occurs twice steps twice, the second time from where the first left it, in the order in which scores are
    /// summed.
    ///
    /// Domain: `label` in [0, 1] and `weight` in [0, `Float.greatestFiniteMagnitude`], or it traps. Any weight in that
    /// range leaves the state finite: steps are shortened at `FTRLSlot.gradientLimit`. Weight 0 changes nothing.
    ///
    /// With `importanceAware`, a step so large that it could overshoot (its curvature bound `rate` · w · max(c₁, c₀) is
    /// above 1) takes the gradient of `BinaryLoss.importanceAwareGradient` instead, with `rate` = Σ αxᵢ²/(β + √nᵢ +
    /// αL2). Measured gains were small except with large class weights, so it is off by default.
    @discardableResult
    public func learn(
        _ features: FeatureVector, loss: BinaryLoss, label: Double, weight: Double, importanceAware: Bool = false,
        output: Int = 0
    ) -> Logit {
        let lanes = load(features, output)
        let raw = score(lanes, count: features.count, output)
        // The loss works in Double: one number per event costs nothing there, and its tails need the range.
        let z = Double(raw.value)
        var gradient = loss.gradient(logit: z, label: label, weight: weight)
        if importanceAware {
            let rate = rate(lanes, count: features.count)
            if rate * weight * max(loss.positiveWeight, loss.negativeWeight) > 1 {
                gradient = loss.importanceAwareGradient(logit: z, label: label, weight: weight, rate: rate)
            }
        }
        step(lanes, count: features.count, output, gradient: FTRLTable.limited(gradient))
        return raw
    }

    /// Predicts, then steps with the gradient dL/dz that `gradient` gives at that logit; returns the raw logit before
    /// the step.
    ///
    /// For what is not a loss of one label: `BinaryLoss.retraction`, a softmax over several tables. NaN traps;
    /// otherwise as `learn(_:loss:label:weight:)`.
    @discardableResult
    public func learn(_ features: FeatureVector, output: Int = 0, gradient: (Logit) -> Double) -> Logit {
        let lanes = load(features, output)
        let raw = score(lanes, count: features.count, output)
        let slope = gradient(raw)
        precondition(!slope.isNaN, "the gradient of a finite logit cannot be NaN")
        step(lanes, count: features.count, output, gradient: FTRLTable.limited(slope))
        return raw
    }

    /// How far a standard deviation of the learner's own noise moves the raw logit of `features`, in nats:
    ///
    ///     √(½ Σ xᵢ² ηᵢ),    ηᵢ = α/(β + √nᵢ)
    ///
    /// Why: near the optimum w*, with Hessian H, a step is e ← e − D(He − ξ) for the error e = w − w* and the rates D =
    /// diag η. For cross-entropy at unit weight and a model that is right, the noise ξ has the covariance H (the
    /// information identity E[g²] = E[L″]). The stationary covariance V of e then solves DHV + VHD = DHD, whose
    /// solution is V = D/2, whatever the correlations in H: the diagonal is exact, not an approximation of it (Mandt,
    /// Hoffman & Blei, *Stochastic Gradient Descent as Approximate Bayesian Inference*, JMLR 18, 2017, §3.2, with the
    /// preconditioner of §5).
    ///
    /// So it is the sampling error of a *running* learner, larger than the posterior variance 1/n of a batch fit, and
    /// falls with n^¼. It is about right where every feature of the event has learned enough, α√nᵢ well above 1. Not a
    /// bound: it leaves out what has not been learned yet (in an untouched slot it says √(α/2), the size of a usual
    /// weight), drift, and that the model may be wrong. For importance weights, class weights or γ > 0 noise and
    /// curvature differ, and it is a measure of novelty alone. L1 is not considered.
    ///
    /// `EKFTable` has a variance by construction; this one comes with every table, at the cost of scoring. Occurrences
    /// of a repeated index are taken as different features. Domain as for `logit(of:)`.
    public func logitStandardError(of features: FeatureVector, output: Int = 0) -> Float {
        let lanes = load(features, output)
        _ = score(lanes, count: features.count, output)
        return Float((rate(lanes, count: features.count) / 2).squareRoot())
    }

    /// Σ ηᵢ xᵢ²: by how much a unit of gradient moves the logit. Needs the roots that `score` has left in `lanes`.
    private func rate(_ lanes: EventLanes, count: Int) -> Double {
        var sum = 0.0
        for entry in 0..<count {
            let x = Double(lanes.values[entry])
            sum += x * x / ((Double(lanes.roots[entry]) + parameters.beta) / parameters.alpha + parameters.l2)
        }
        return sum
    }

    /// A gradient of the loss within the limits of a slot.
    private static func limited(_ gradient: Double) -> Float {
        let limit = Double(FTRLSlot.gradientLimit)
        return Float(min(max(gradient, -limit), limit))
    }

    /// Asks for the memory that learning `features` will touch. A hint without effect on any result.
    ///
    /// Worth a call for event i + 1 before `learn` of event i, once the table is larger than the cache.
    public func prefetch(_ features: FeatureVector) {
        let lastSlot = UInt32(slotCount - 1)
        features.indicators.withUnsafeBufferPointer { indicators in
            for index in indicators { prefetch(slot: index & lastSlot) }
        }
        features.valued.withUnsafeBufferPointer { valued in
            for feature in valued { prefetch(slot: feature.index & lastSlot) }
        }
    }

    @inline(__always)
    private func prefetch(slot: UInt32) {
        // slot ≤ lastSlot by the mask: both addresses lie inside their allocations.
        weir_prefetch_for_writing(slots + Int(slot) * offsets.count)
        changed.prefetch(slot)
    }

    /// Lists the slots of `features`, tags taken off, and gathers their pairs for `output`.
    private func load(_ features: FeatureVector, _ output: Int) -> EventLanes {
        precondition(output >= 0 && output < offsets.count, "an output has an offset")
        scratch.reserve(features.count)
        let lanes = scratch.lanes
        let lastSlot = UInt32(slotCount - 1)
        // Every write below is at an entry < features.count ≤ the capacity just reserved.
        features.indicators.withUnsafeBufferPointer { indicators in
            for entry in 0..<indicators.count {
                lanes.indices[entry] = indicators[entry] & lastSlot
                lanes.values[entry] = 1
            }
        }
        let first = features.indicators.count
        features.valued.withUnsafeBufferPointer { valued in
            for entry in 0..<valued.count {
                lanes.indices[first + entry] = valued[entry].index & lastSlot
                lanes.values[first + entry] = valued[entry].value
            }
        }
        let (pairs, stride) = (slots + output, offsets.count)
        // Slots lie below the slot count by the mask, which is a power of two less one.
        for entry in 0..<features.count { lanes.gathered[entry] = pairs[Int(lanes.indices[entry]) * stride] }
        return lanes
    }

    /// Computes all weights, eight at a time, then sums the score in the documented order.
    private func score(_ lanes: EventLanes, count: Int, _ output: Int) -> Logit {
        for start in stride(from: 0, to: count, by: EventScratch.width) {
            let (z, n) = EventLanes.split(lanes.gathered + start)
            let roots = kernel.roots(n)
            EventLanes.store(roots, to: lanes.roots + start)
            EventLanes.store(kernel.weights(z: z, rootOfN: roots), to: lanes.weights + start)
        }
        var sum = offsets[output].value
        for entry in 0..<count { sum += lanes.weights[entry] * lanes.values[entry] }
        return Logit(clamping: sum)
    }

    /// Steps every gathered slot, eight at a time, then writes them back in order.
    private func step(_ lanes: EventLanes, count: Int, _ output: Int, gradient: Float) {
        if gradient == 0 { return }
        for start in stride(from: 0, to: count, by: EventScratch.width) {
            let (z, n) = EventLanes.split(lanes.gathered + start)
            let (newZ, newN) = kernel.step(
                z: z, n: n, rootOfN: EventLanes.load(lanes.roots + start),
                weight: EventLanes.load(lanes.weights + start),
                gradient: EventLanes.load(lanes.values + start) * gradient)
            EventLanes.join(newZ, newN, into: lanes.stepped + start)
        }
        let (pairs, stride) = (slots + output, offsets.count)
        for entry in 0..<count {
            let index = lanes.indices[entry]
            // index < slotCount by load's mask, output < offsets.count by its check.
            let pair = pairs + Int(index) * stride
            let current = pair.pointee
            // A slot that no longer holds what was gathered has stepped already in this event: a repeated index.
            let next =
                current == lanes.gathered[entry]
                ? lanes.stepped[entry] : stepAgain(current, gradient: lanes.values[entry] * gradient)
            if next != current {
                pair.pointee = next
                changed.insert(index)
            }
        }
    }

    /// One slot stepped from what it holds now, by the same kernel in one lane.
    @inline(never)
    private func stepAgain(_ pair: SIMD2<Float>, gradient: Float) -> SIMD2<Float> {
        let z = SIMD8(repeating: pair.x)
        let n = SIMD8(repeating: pair.y)
        let roots = kernel.roots(n)
        let next = kernel.step(
            z: z, n: n, rootOfN: roots, weight: kernel.weights(z: z, rootOfN: roots),
            gradient: SIMD8(repeating: gradient))
        return SIMD2(next.z[0], next.n[0])
    }
}
