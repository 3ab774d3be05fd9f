// Where the large tables lie: on large pages, because an event touches dozens of them.

import CKernels

/// Zeroed memory for a table.
///
/// With pages of 4 KiB a table of 128 MiB has 32,768 of them, many more than a processor remembers translations for, and
/// nearly every slot costs a page walk before it costs a cache miss. Pages of 2 MiB are 64.
enum TableMemory {
    /// The size of a large page on x86-64 and arm64 Linux with pages of 4 KiB.
    private static let largePage = 2 << 20
    private static let cacheLine = 64

    /// `byteCount` zeroed bytes on cache lines; from a large page on, on large pages where the system gives them.
    ///
    /// The caller owns it and frees it with `deallocate()`. All of it is touched here: nothing that learns or scores
    /// waits for the system's memory later.
    static func allocateZeroed(byteCount: Int) -> UnsafeMutableRawPointer {
        let isLarge = byteCount >= largePage
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: byteCount, alignment: isLarge ? largePage : cacheLine)
        if isLarge { weir_advise_large_pages(memory, byteCount) }
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        return memory
    }

    /// The same as `count` values of a type for which zeroed bytes are a value.
    static func allocateZeroed<Value: BitwiseCopyable>(_ type: Value.Type, count: Int) -> UnsafeMutablePointer<Value> {
        // Bound once and to this type only; a cache line or a large page aligns every such type.
        allocateZeroed(byteCount: count * MemoryLayout<Value>.stride).bindMemory(to: Value.self, capacity: count)
    }
}
