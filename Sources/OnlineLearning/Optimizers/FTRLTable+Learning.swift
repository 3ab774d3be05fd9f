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
    public func logit(of features: borrowing FeatureVector, output: Int = 0) -> Logit {
        score(load(features, output), features, output)
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
        _ features: borrowing FeatureVector, loss: BinaryLoss, label: Double, weight: Double,
        importanceAware: Bool = false,
        output: Int = 0
    ) -> Logit {
        let lanes = load(features, output)
        let raw = score(lanes, features, output)
        // The loss works in Double: one number per event costs nothing there, and its tails need the range.
        let z = Double(raw.value)
        var gradient = loss.gradient(logit: z, label: label, weight: weight)
        if importanceAware {
            let rate = rate(lanes, count: features.count)
            if rate * weight * max(loss.positiveWeight, loss.negativeWeight) > 1 {
                gradient = loss.importanceAwareGradient(logit: z, label: label, weight: weight, rate: rate)
            }
        }
        step(lanes, features, output, gradient: FTRLTable.limited(gradient))
        return raw
    }

    /// Predicts, then steps with the gradient dL/dz that `gradient` gives at that logit; returns the raw logit before
    /// the step.
    ///
    /// For what is not a loss of one label: `BinaryLoss.retraction`, a softmax over several tables. NaN traps;
    /// otherwise as `learn(_:loss:label:weight:)`.
    @discardableResult
    public func learn(_ features: borrowing FeatureVector, output: Int = 0, gradient: (Logit) -> Double) -> Logit {
        let lanes = load(features, output)
        let raw = score(lanes, features, output)
        let slope = gradient(raw)
        precondition(!slope.isNaN, "the gradient of a finite logit cannot be NaN")
        step(lanes, features, output, gradient: FTRLTable.limited(slope))
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
    public func logitStandardError(of features: borrowing FeatureVector, output: Int = 0) -> Float {
        let lanes = load(features, output)
        _ = score(lanes, features, output)
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
    /// Worth a call for event i + 3 before `learn` of event i, once the table is larger than the cache.
    public func prefetch(_ features: borrowing FeatureVector) {
        forEachSlot(of: features) { slot in
            // The slot lies below the slot count by its mask: both addresses lie inside their allocations.
            weir_prefetch_for_writing(slots + Int(slot) &* stride)
            changed.prefetch(slot)
        }
    }

    /// The same for `logit(of:)` alone.
    public func prefetchForScoring(_ features: borrowing FeatureVector) {
        // As above.
        forEachSlot(of: features) { weir_prefetch_for_reading(slots + Int($0) &* stride) }
    }

    @inline(__always)
    private func forEachSlot(of features: borrowing FeatureVector, _ body: (UInt32) -> Void) {
        let (indicators, valued) = (features.indicators.span, features.valued.span)
        let lastSlot = UInt32(slotCount - 1)
        for entry in indicators.indices { body(indicators[entry] & lastSlot) }
        for entry in valued.indices { body(valued[entry].index & lastSlot) }
    }

    /// Gathers the pairs of `features` for `output`, and lists their values.
    @inline(__always)
    private func load(_ features: borrowing FeatureVector, _ output: Int) -> EventLanes {
        precondition(output >= 0 && output < stride, "an output has an offset")
        let (indicators, valued) = (features.indicators.span, features.valued.span)
        let first = indicators.count
        scratch.reserve(first + valued.count)
        scratch.beginValues(units: first)
        let lanes = scratch.lanes
        let lastSlot = UInt32(slotCount - 1)
        // Every entry is below the count of features, for which there is room.
        for entry in indicators.indices { lanes.slots[entry] = indicators[entry] & lastSlot }
        for entry in valued.indices {
            lanes.slots[first &+ entry] = valued[entry].index & lastSlot
            lanes.values[first &+ entry] = valued[entry].value
        }
        // Slots lie below the slot count by the mask, which is a power of two less one.
        let (pairs, stride) = (slots + output, stride)
        for entry in 0..<first &+ valued.count { lanes.gathered[entry] = pairs[Int(lanes.slots[entry]) &* stride] }
        return lanes
    }

    /// Computes all weights, eight at a time, then sums the score in the documented order.
    @inline(__always)
    private func score(_ lanes: EventLanes, _ features: borrowing FeatureVector, _ output: Int) -> Logit {
        let (first, count) = (features.indicators.count, features.count)
        var start = 0
        while start < count {
            let (z, n) = EventLanes.split(lanes.gathered + start)
            // Kept: with a second use of n the compiler does not take the roots of z as well, before it splits.
            EventLanes.store(n, to: lanes.squares + start)
            let roots = kernel.roots(n)
            EventLanes.store(roots, to: lanes.roots + start)
            EventLanes.store(kernel.weights(z: z, rootOfN: roots), to: lanes.weights + start)
            start &+= EventScratch.width
        }
        var sum = offset(output)
        // The value of an indicator is 1, and w · 1 is w.
        for entry in 0..<first { sum += lanes.weights[entry] }
        for entry in first..<count { sum += lanes.weights[entry] * lanes.values[entry] }
        return Logit(clamping: sum)
    }

    /// Steps every gathered slot, eight at a time, then writes them back in order.
    @inline(__always)
    private func step(_ lanes: EventLanes, _ features: borrowing FeatureVector, _ output: Int, gradient: Float) {
        if gradient == 0 { return }
        let count = features.count
        var start = 0
        while start < count {
            let (newZ, newN) = kernel.step(
                z: EventLanes.split(lanes.gathered + start).z, n: EventLanes.load(lanes.squares + start),
                rootOfN: EventLanes.load(lanes.roots + start),
                weight: EventLanes.load(lanes.weights + start),
                gradient: EventLanes.load(lanes.values + start) * gradient)
            EventLanes.join(newZ, newN, into: lanes.stepped + start)
            start &+= EventScratch.width
        }
        // Slots lie below the slot count by load's mask, output < stride by its check. Pairs are compared by their bits,
        // which are equal where the pairs are: neither z nor n is ever −0 or NaN (`FTRLSlot`).
        let (pairs, stride) = (slots + output, stride)
        for entry in 0..<count {
            let slot = lanes.slots[entry]
            let pair = UnsafeMutableRawPointer(pairs + Int(slot) &* stride)
            let current = pair.load(as: UInt64.self)
            var next = EventLanes.bits(lanes.stepped + entry)
            // A slot that no longer holds what was gathered has stepped already in this event: a repeated index.
            if current != EventLanes.bits(lanes.gathered + entry) {
                next = stepAgain(current, gradient: lanes.values[entry] * gradient)
            }
            pair.storeBytes(of: next, as: UInt64.self)
            changed.insert(slot, if: next != current)
        }
    }

    /// One slot stepped from what it holds now, by the same kernel in one lane.
    @inline(never)
    private func stepAgain(_ bits: UInt64, gradient: Float) -> UInt64 {
        let pair = unsafeBitCast(bits, to: SIMD2<Float>.self)
        let z = SIMD8(repeating: pair.x)
        let n = SIMD8(repeating: pair.y)
        let roots = kernel.roots(n)
        let next = kernel.step(
            z: z, n: n, rootOfN: roots, weight: kernel.weights(z: z, rootOfN: roots),
            gradient: SIMD8(repeating: gradient))
        return unsafeBitCast(SIMD2(next.z[0], next.n[0]), to: UInt64.self)
    }
}
