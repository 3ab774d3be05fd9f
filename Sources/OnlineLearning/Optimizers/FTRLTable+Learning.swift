// What is asked of a table event by event: a score, a step, the memory for both. The arithmetic is in
// FTRLTable+Steps.swift.

import CKernels
public import ScoringRecords

extension FTRLTable {
    /// The raw logit: offset + Σ wᵢ xᵢ, clamped to ±`Logit.bound`.
    ///
    /// Summed in `Float` in the order of `PartialSums`: indicators first and valued features after them, each list in its
    /// order, term k to the partial sum k mod 8, and every occurrence of a repeated slot counted. Tags are ignored; an output beyond the table traps; values obey
    /// `ValuedFeature`.
    public func logit(of features: borrowing FeatureVector, output: Int = 0) -> Logit {
        list(features)
        return score(events[FTRLTable.unlisted], output)
    }

    /// The same for the event that was listed as number `listed`.
    public func logit(listed: Int, output: Int = 0) -> Logit { score(events[checked(listed)], output) }

    /// Predicts, then takes one step of FTRL-Proximal per occurrence of a feature; returns the raw logit before the
    /// step.
    ///
    /// The gradient dL/dz is computed once, at the logit returned, and shared: coordinate i steps by g xᵢ. An index
    /// that occurs twice steps twice, the second time from where the first left it, in the order of the lists,
    /// indicators first.
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
        list(features)
        let raw = score(events[FTRLTable.unlisted], output)
        // The loss works in Double: one number per event costs nothing there, and its tails need the range.
        let z = Double(raw.value)
        var gradient = loss.gradient(logit: z, label: label, weight: weight)
        if importanceAware {
            let rate = rate(events[FTRLTable.unlisted])
            if rate * weight * max(loss.positiveWeight, loss.negativeWeight) > 1 {
                gradient = loss.importanceAwareGradient(logit: z, label: label, weight: weight, rate: rate)
            }
        }
        step(events[FTRLTable.unlisted], output, gradient: FTRLTable.limited(gradient))
        return raw
    }

    /// Predicts, then steps with the gradient dL/dz that `gradient` gives at that logit; returns the raw logit before
    /// the step.
    ///
    /// For what is not a loss of one label: `BinaryLoss.retraction`, a softmax over several tables. NaN traps;
    /// otherwise as `learn(_:loss:label:weight:)`.
    @discardableResult
    public func learn(_ features: borrowing FeatureVector, output: Int = 0, gradient: (Logit) -> Double) -> Logit {
        list(features)
        let raw = score(events[FTRLTable.unlisted], output)
        step(events[FTRLTable.unlisted], output, gradient: FTRLTable.limited(checked: gradient(raw)))
        return raw
    }

    /// The same for the event that was listed as number `listed`.
    ///
    /// `gradient` may list another event: the processor then finds work while it waits for the exponential.
    @discardableResult
    public func learn(listed: Int, output: Int = 0, gradient: (Logit) -> Double) -> Logit {
        let place = checked(listed)
        let raw = score(events[place], output)
        step(events[place], output, gradient: FTRLTable.limited(checked: gradient(raw)))
        return raw
    }

    /// Steps the event listed as number `listed`, which has been scored last, by a gradient that is no NaN.
    func step(listed: Int, output: Int, gradient: Double) {
        step(events[checked(listed)], output, gradient: FTRLTable.limited(checked: gradient))
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
        list(features)
        _ = score(events[FTRLTable.unlisted], output)
        return Float((rate(events[FTRLTable.unlisted]) / 2).squareRoot())
    }

    /// Σ ηᵢ xᵢ²: by how much a unit of gradient moves the logit. Needs the pairs that `score` has left behind.
    private func rate(_ event: borrowing EventPlaces) -> Double {
        let lanes = scratch.reserve(event.count)
        var sum = 0.0
        // Entries below the event's count, for which both lists have room.
        for entry in 0..<event.count {
            let x = Double(event.values[entry])
            let rootOfN = Double(lanes.gathered[entry].y.magnitude)
            sum += x * x / ((rootOfN + parameters.beta) / parameters.alpha + parameters.l2)
        }
        return sum
    }

    /// A gradient of the loss within the limits of a slot.
    private static func limited(_ gradient: Double) -> Float {
        let limit = Double(FTRLSlot.gradientLimit)
        return Float(min(max(gradient, -limit), limit))
    }

    private static func limited(checked gradient: Double) -> Float {
        precondition(!gradient.isNaN, "the gradient of a finite logit cannot be NaN")
        return limited(gradient)
    }

    // MARK: Memory

    /// Finds where the slots of `features` lie, keeps that as number `place`, below `listLimit` or it traps, and asks for
    /// the memory that scoring and learning will touch.
    ///
    /// Worth a call for event i + 3 before event i is scored, or while it is learned, once the table is larger than a cache.
    public func list(_ features: borrowing FeatureVector, as place: Int) {
        list(features, into: &events[checked(place)]) { weir_prefetch_for_writing($0) }
    }

    /// How many events can be listed at a time.
    public static let listLimit = 4

    private func checked(_ place: Int) -> Int {
        precondition(place >= 0 && place < FTRLTable.listLimit, "an event is listed under a number below the limit")
        return place
    }

    /// Lists features that nobody has listed.
    @inline(__always)
    private func list(_ features: borrowing FeatureVector) {
        list(features, into: &events[FTRLTable.unlisted]) { _ in }
    }

    private static var unlisted: Int { listLimit }
}
