// What Swift cannot spell without a call: prefetch, a packed square root, a comparison of sixteen bytes as bits, a
// checksum's instruction, a word to the kernel about a table's pages.
// Not a place for algorithms: nothing here multiplies and adds, so no compiler can contract anything into an FMA.

#ifndef WEIR_CKERNELS_H
#define WEIR_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Eight floats; Swift sees SIMD8<Float>.
typedef float weir_float8 __attribute__((ext_vector_type(8)));

// Asks for the cache line at `address`, to be written soon. A hint: any address is allowed, nothing is read.
static inline __attribute__((always_inline)) void weir_prefetch_for_writing(const void *address) {
    __builtin_prefetch(address, 1, 3);
}

// The same for a line that will only be read.
static inline __attribute__((always_inline)) void weir_prefetch_for_reading(const void *address) {
    __builtin_prefetch(address, 0, 3);
}

// Asks for large pages behind `bytes` bytes at `address`, where the system has them. A hint: no result depends on it.
void weir_advise_large_pages(void *address, size_t bytes);

// Whether this processor has an instruction for CRC-32C, and this build knows of it: any x86-64 is asked when the program
// runs, an arm64 is believed to have what it was compiled for (`-Xcc -march=armv8-a+crc`).
bool weir_has_crc32c(void);

// The CRC-32C register after `count` bytes at `bytes`, by that instruction, which there must be.
uint32_t weir_crc32c(uint32_t register_, const void *bytes, size_t count);

// Lane by lane the correctly rounded square root (IEEE 754), NaN below zero. Swift's own `.squareRoot()` on a vector
// compiles to scalar roots, each with a branch to sqrtf, because errno must be set; this has neither.
static inline __attribute__((always_inline)) weir_float8 weir_square_root8(weir_float8 values) {
    return __builtin_elementwise_sqrt(values);
}

// Whether all lanes are equal; +0 and −0 are, a NaN is not equal to itself. Swift's own `==` compares lane after lane.
static inline __attribute__((always_inline)) _Bool weir_are_equal8(weir_float8 left, weir_float8 right) {
    return __builtin_reduce_or(left != right) == 0;
}

// Lane by lane `values` limited to ±`limit`, which is ≥ 0; a NaN stays one.
static inline __attribute__((always_inline)) weir_float8 weir_limit8(weir_float8 values, weir_float8 limit) {
    weir_float8 below = values > limit ? limit : values;
    return below < -limit ? -limit : below;
}

typedef int8_t weir_bytes16 __attribute__((ext_vector_type(16)));
typedef bool weir_bits16 __attribute__((ext_vector_type(16)));

// Bit k is whether lane k is not zero: one instruction on x86-64.
static inline __attribute__((always_inline)) uint32_t weir_mask16(weir_bytes16 lanes) {
    weir_bits16 bits = __builtin_convertvector(lanes, weir_bits16);
    uint16_t mask;
    __builtin_memcpy(&mask, &bits, sizeof mask);
    return mask;
}

// Of the 16 bytes at `bytes`, which end a run of plain JSON text: quote, backslash, control characters and, negative as
// they are, bytes beyond ASCII. Bit k is that of byte k.
static inline __attribute__((always_inline)) uint32_t weir_text_stops16(const void *bytes) {
    weir_bytes16 text;
    __builtin_memcpy(&text, bytes, sizeof text);
    return weir_mask16((weir_bytes16)((text == '"') | (text == '\\') | (text < 0x20)));
}

// Of the 16 bytes at `bytes`, which are no decimal digits. Bit k is that of byte k.
static inline __attribute__((always_inline)) uint32_t weir_no_digits16(const void *bytes) {
    weir_bytes16 text;
    __builtin_memcpy(&text, bytes, sizeof text);
    return weir_mask16((weir_bytes16)((text < '0') | (text > '9')));
}

// Of the 16 bytes at `bytes`, which no decimal number without an exponent has: all but `-./0123456789`. Bit k is that of
// byte k.
static inline __attribute__((always_inline)) uint32_t weir_no_number16(const void *bytes) {
    weir_bytes16 text;
    __builtin_memcpy(&text, bytes, sizeof text);
    return weir_mask16((weir_bytes16)((text < '-') | (text > '9')));
}

#endif
