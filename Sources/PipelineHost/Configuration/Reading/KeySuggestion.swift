// "Did you mean …": the nearest known word to a misspelt one.

/// Finds what a misspelt word was meant to be.
enum KeySuggestion {
    /// A remedy that names the nearest of `words`; `nil` where none is near.
    static func remedy(for word: String, in words: [String]) -> String? {
        nearest(to: word, in: words).map { "did you mean '\($0)'? Known here: \(words.joined(separator: ", "))" }
    }

    /// The word with the fewest slips from `word`, at most a third of its length; the first of equally near ones.
    ///
    /// Case, hyphens and underscores are no slips: `base_rate` is `baseRate`.
    static func nearest(to word: String, in words: [String]) -> String? {
        let plain = simplified(word)
        // No known word is as long: comparing it would only cost time.
        guard plain.count <= ConfigurationLimits.nameBytes else { return nil }
        let candidates = words.map { (word: $0, slips: distance(plain, simplified($0))) }
        guard let best = candidates.min(by: { $0.slips < $1.slips }) else { return nil }
        return best.slips <= max(1, plain.count / 3) ? best.word : nil
    }

    private static func simplified(_ word: String) -> [Character] {
        Array(word.lowercased()).filter { $0 != "_" && $0 != "-" }
    }

    // Optimal string alignment: Levenshtein's edit distance in which swapping two neighbours is one slip, as in Damerau,
    // CACM 7(3), 1964.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var least = min(last[j] + (left[i] == right[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    least = min(least, beforeLast[j - 1] + 1)
                }
                row.append(least)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
