// What the tests share: options under which nothing can hang, and a way to look at the error a call throws.

import ZeroMQ

/// Long enough for a loaded machine, and reached only by a failing test.
let patience = 10_000

/// Options with the tests' patience as the timeout of every blocking call.
func patientOptions(_ change: (inout SocketOptions) -> Void = { _ in }) -> SocketOptions {
    var options = SocketOptions()
    options.sendTimeoutMilliseconds = patience
    options.receiveTimeoutMilliseconds = patience
    options.lingerMilliseconds = 0
    change(&options)
    return options
}

/// The error `body` throws, or `nil` if it does not.
func thrownError(_ body: () throws(ZeroMQError) -> Void) -> ZeroMQError? {
    do throws(ZeroMQError) {
        try body()
        return nil
    } catch {
        return error
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
