// Everything that runs per event is in the header, to be inlined.
#include "CKernels.h"

#include <string.h>
#include <sys/mman.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#define WEIR_CRC32C __attribute__((target("sse4.2")))
#define WEIR_CRC32C_WORD(crc, word) (uint32_t) _mm_crc32_u64(crc, word)
#define WEIR_CRC32C_BYTE(crc, byte) _mm_crc32_u8(crc, byte)
#elif defined(__ARM_FEATURE_CRC32) && !defined(__AARCH64EB__)
#include <arm_acle.h>
#define WEIR_CRC32C
#define WEIR_CRC32C_WORD(crc, word) __crc32cd(crc, word)
#define WEIR_CRC32C_BYTE(crc, byte) __crc32cb(crc, byte)
#endif

bool weir_has_crc32c(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("sse4.2");
#elif defined(WEIR_CRC32C)
    return true;
#else
    return false;
#endif
}

#ifdef WEIR_CRC32C
WEIR_CRC32C uint32_t weir_crc32c(uint32_t register_, const void *bytes, size_t count) {
    const unsigned char *next = bytes;
    for (; count >= sizeof(uint64_t); count -= sizeof(uint64_t), next += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, next, sizeof word);
        register_ = WEIR_CRC32C_WORD(register_, word);
    }
    for (; count > 0; count--) register_ = WEIR_CRC32C_BYTE(register_, *next++);
    return register_;
}
#else
uint32_t weir_crc32c(uint32_t register_, const void *bytes, size_t count) {
    (void)register_;
    (void)bytes;
    (void)count;
    __builtin_trap();  // nobody may ask
}
#endif

void weir_advise_large_pages(void *address, size_t bytes) {
#ifdef MADV_HUGEPAGE
    // Refused by a kernel without them, and then nothing is different.
    (void)madvise(address, bytes, MADV_HUGEPAGE);
#else
    (void)address;
    (void)bytes;
#endif
}
