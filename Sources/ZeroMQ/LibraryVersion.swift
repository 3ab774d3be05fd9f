// Which libzmq the process was loaded with. It is read at run time, because the shared library may be newer than the
// header this module was compiled against.

import CZeroMQ

/// The version of the libzmq loaded into this process, for example `(4, 3, 4)`.
public var libraryVersion: (major: Int, minor: Int, patch: Int) {
    var major: Int32 = 0
    var minor: Int32 = 0
    var patch: Int32 = 0
    zmq_version(&major, &minor, &patch)
    return (Int(major), Int(minor), Int(patch))
}
