// The comparison for programs. Keys are stable; new ones may be added. Docs/REPORT.md explains each.

import Calibration
import WireFormat

extension EvaluationTable {
    /// Whole reports, one per configuration, with the file, the time, and what was asked for besides.
    public static func json(_ results: Evaluation.Results) -> String {
        var json = JSONWriter(indented: true)
        json.array { json in
            for result in results.results {
                json.object { json in
                    json.key("configuration")
                    json.string(result.path)
                    json.key("cpuSeconds")
                    json.number(result.seconds)
                    if results.scope.skippedShare > 0 {
                        json.key("skippedRows")
                        json.integer(results.skippedRows)
                    }
                    if let block = results.scope.block {
                        json.key("bootstrap")
                        json.object { json in
                            json.key("blockSeconds")
                            json.number(block.inSeconds)
                            json.key("replicates")
                            json.integer(BlockBootstrap.replicates)
                            json.key("seed")
                            json.integer(results.scope.seed)
                            json.key("standardErrors")
                            json.array { json in
                                let outputs = result.report.heads.flatMap { head in
                                    head.outputs.map { (head.name, $0.className) }
                                }
                                for ((head, className), errors) in zip(outputs, result.standardErrors) {
                                    json.standardErrors(errors, head: head, className: className)
                                }
                            }
                        }
                    }
                    json.key("report")
                    result.report.write(to: &json)
                }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }
}

extension JSONWriter {
    fileprivate mutating func standardErrors(_ errors: BlockBootstrap.StandardErrors, head: String, className: String?)
    {
        object { json in
            func member(_ name: String, _ value: Double?, _ json: inout JSONWriter) {
                json.key(name)
                if let value { json.number(value) } else { json.null() }
            }
            json.key("head")
            json.string(head)
            if let className {
                json.key("class")
                json.string(className)
            }
            json.key("blocks")
            json.integer(errors.blocks)
            member("calibrationRatio", errors.calibrationRatio, &json)
            member("mappedCalibrationRatio", errors.mappedCalibrationRatio, &json)
            member("rawCalibrationRatio", errors.rawCalibrationRatio, &json)
            member("normalizedEntropy", errors.normalizedEntropy, &json)
        }
    }
}
