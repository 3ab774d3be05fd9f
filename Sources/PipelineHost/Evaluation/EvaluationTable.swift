// The comparison as a table. Raw losses of different kinds are left out on purpose: a focal loss of 0.01 and a
// cross-entropy of 0.03 say nothing about each other. Normalised entropy and Brier score are of the served probability,
// hence comparable.

import Calibration

/// Renders evaluation results.
public enum EvaluationTable {
    private static let header = [
        "configuration", "head", "loss", "labelled", "positives", "NE", "Brier", "AUC", "PR-AUC", "ratio", "95 %",
        "raw", "mapped",
        "CPU s",
    ]

    private static func rows(_ results: Evaluation.Results) -> [[String]] {
        results.results.flatMap { result in
            var errors = result.standardErrors[...]
            return result.report.heads.flatMap { head in
                classesRow(result, head) + head.outputs.map { row(result, head, $0, errors.popFirst()) }
            }
        }
    }

    // A head with classes as one prediction, above its classes against the rest.
    private static func classesRow(_ result: Evaluation.Result, _ head: PipelineReport.Head) -> [[String]] {
        guard let classes = head.classes else { return [] }
        let none = "none"
        return [
            [
                result.path, head.name, head.loss, "\(classes.count)", none, fixed(classes.normalizedEntropy, 4),
                significant(classes.brier), none, none, none, none, none, none, fixed(result.seconds, 2),
            ]
        ]
    }

    private static func row(
        _ result: Evaluation.Result, _ head: PipelineReport.Head, _ output: PipelineReport.Output,
        _ errors: BlockBootstrap.StandardErrors?
    ) -> [String] {
        let report = output.calibration
        // A ratio that stands beside its error has its digits.
        let places = errors == nil ? 3 : 4
        return [
            result.path, output.className.map { "\(head.name)=\($0)" } ?? head.name, head.loss,
            "\(report.labelled)", fixed(report.positives, 0),
            with(errors?.normalizedEntropy, fixed(report.normalizedEntropy, 4)), significant(report.brier),
            fixed(report.areaUnderROC?.value, 4), fixed(report.averagePrecision?.value, 4),
            with(errors?.calibrationRatio, fixed(report.calibrationRatio, 4)),
            report.calibrationRatioInterval.map { "[\(fixed($0.lower, 3)), \(fixed($0.upper, 3))]" } ?? "none",
            with(errors?.rawCalibrationRatio, fixed(output.rawRatio, places)),
            with(errors?.mappedCalibrationRatio, fixed(output.mappedRatio, places)), fixed(result.seconds, 2),
        ]
    }

    private static func with(_ error: Double?, _ value: String) -> String {
        error.map { "\(value) ± \(fixed($0, 4))" } ?? value
    }

    // What the numbers leave out and where the errors come from: lines behind the table.
    private static func notes(_ results: Evaluation.Results) -> [String] {
        var notes: [String] = []
        let losses = Set(results.results.flatMap { $0.report.heads.map(\.loss) })
        if losses.count > 1 {
            notes.append(
                "raw losses of different kinds are on different scales and left out: compare NE and Brier score")
        }
        if results.scope.skippedShare > 0 {
            notes.append("judged: all but the first \(results.skippedRows) rows")
        }
        if let block = results.scope.block {
            let counts = Set(results.results.flatMap { $0.standardErrors.map(\.blocks) }).sorted()
            notes.append(
                "± one standard error: bootstrap over \(counts.map { "\($0)" }.joined(separator: " or ")) blocks of "
                    + "\(DurationText.text(block)), \(BlockBootstrap.replicates) replicates, seed \(results.scope.seed)"
            )
        }
        return notes
    }

    /// Columns padded for a terminal.
    public static func text(_ results: Evaluation.Results) -> String {
        let table = [header] + rows(results)
        let widths = header.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        let lines = table.map { row in
            zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
                .joined(separator: "  ")
        }.map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
        return (lines + notes(results)).joined(separator: "\n") + "\n"
    }

    /// A Markdown table.
    public static func markdown(_ results: Evaluation.Results) -> String {
        let lines = [header, header.map { _ in "---" }] + rows(results)
        let table = lines.map { "| " + $0.joined(separator: " | ") + " |" }
        let notes = notes(results).map { "- \($0)" }
        return (table + (notes.isEmpty ? [] : [""] + notes)).joined(separator: "\n") + "\n"
    }
}
