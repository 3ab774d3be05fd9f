// The comparison as a table. Raw losses of different kinds are left out on purpose: a focal loss of 0.01 and a
// cross-entropy of 0.03 say nothing about each other. Normalised entropy and Brier score are of the served probability,
// hence comparable.

import Calibration
import WireFormat

/// Renders evaluation results.
public enum EvaluationTable {
    private static let header = [
        "configuration", "head", "loss", "labelled", "positives", "NE", "Brier", "AUC", "PR-AUC", "ratio", "95 %",
        "raw", "mapped",
        "CPU s",
    ]

    private static func rows(_ results: [Evaluation.Result]) -> [[String]] {
        results.flatMap { result in
            result.report.heads.flatMap { head in
                classesRow(result, head) + head.outputs.map { row(result, head, $0) }
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
        _ result: Evaluation.Result, _ head: PipelineReport.Head, _ output: PipelineReport.Output
    ) -> [String] {
        let report = output.calibration
        return [
            result.path, output.className.map { "\(head.name)=\($0)" } ?? head.name, head.loss,
            "\(report.labelled)", fixed(report.positives, 0), fixed(report.normalizedEntropy, 4),
            significant(report.brier), fixed(report.areaUnderROC?.value, 4),
            fixed(report.averagePrecision?.value, 4), fixed(report.calibrationRatio, 4),
            report.calibrationRatioInterval.map { "[\(fixed($0.lower, 3)), \(fixed($0.upper, 3))]" } ?? "none",
            fixed(output.rawRatio, 3), fixed(output.mappedRatio, 3), fixed(result.seconds, 2),
        ]
    }

    /// Columns padded for a terminal.
    public static func text(_ results: [Evaluation.Result]) -> String {
        let table = [header] + rows(results)
        let widths = header.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        return table.map { row in
            zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
                .joined(separator: "  ")
        }.map { line in String(line.reversed().drop { $0 == " " }.reversed()) }.joined(separator: "\n") + "\n"
    }

    /// A Markdown table.
    public static func markdown(_ results: [Evaluation.Result]) -> String {
        let lines = [header, header.map { _ in "---" }] + rows(results)
        return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n") + "\n"
    }

    /// Whole reports, one per configuration, with the file and the time.
    public static func json(_ results: [Evaluation.Result]) -> String {
        var json = JSONWriter(indented: true)
        json.array { json in
            for result in results {
                json.object { json in
                    json.key("configuration")
                    json.string(result.path)
                    json.key("cpuSeconds")
                    json.number(result.seconds)
                    json.key("report")
                    result.report.write(to: &json)
                }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }
}
