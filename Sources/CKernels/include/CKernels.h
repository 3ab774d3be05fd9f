// What Swift cannot spell without a call or compiles to single numbers: prefetch, packed roots, limits and comparisons,
// pairs gathered into vectors, sixteen bytes compared at once, a checksum's instruction, a word to the kernel about a
// table's pages.
// Not a place for algorithms: nothing here multiplies and adds, so no compiler can contract anything into an FMA.

#ifndef WEIR_CKERNELS_H
#define WEIR_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Eight floats; Swift sees SIMD8<Float>.
typedef float weir_float8 __attribute__((ext_vector_type(8)));
typedef float weir_float8_list __attribute__((ext_vector_type(8), may_alias));
typedef float weir_float16 __attribute__((ext_vector_type(16)));
typedef float weir_float4 __attribute__((ext_vector_type(4)));
typedef double weir_double8 __attribute__((ext_vector_type(8)));
typedef double weir_double2 __attribute__((ext_vector_type(2)));
typedef double weir_pair __attribute__((may_alias));
typedef uint64_t weir_word __attribute__((may_alias));
typedef uint32_t weir_bits8 __attribute__((ext_vector_type(8)));

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

// Lane by lane `values` where `condition` is not 0, else `others`.
static inline __attribute__((always_inline)) weir_float8 weir_choose8(
    weir_float8 condition, weir_float8 values, weir_float8 others) {
    return condition != 0 ? values : others;
}

// Eight numbers as one vector, in registers.
static inline __attribute__((always_inline)) weir_float8 weir_vector8(
    float a, float b, float c, float d, float e, float f, float g, float h) {
    return (weir_float8){a, b, c, d, e, f, g, h};
}

// Lane by lane the magnitude: the sign bit cleared.
static inline __attribute__((always_inline)) weir_float8 weir_magnitude8(weir_float8 values) {
    return __builtin_elementwise_abs(values);
}

// Reads eight pairs, each from a place of its own, into registers instead of a list in memory: a processor that has
// written eight bytes and reads sixteen waits until they have reached its cache.
static inline __attribute__((always_inline)) weir_float16 weir_gather_pairs8(const void *list, ptrdiff_t offset) {
    const weir_pair *const *places = (const weir_pair *const *)list;
    weir_float4 a = (weir_float4)(weir_double2){places[0][offset], places[1][offset]};
    weir_float4 b = (weir_float4)(weir_double2){places[2][offset], places[3][offset]};
    weir_float4 c = (weir_float4)(weir_double2){places[4][offset], places[5][offset]};
    weir_float4 d = (weir_float4)(weir_double2){places[6][offset], places[7][offset]};
    weir_float8 low = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7);
    weir_float8 high = __builtin_shufflevector(c, d, 0, 1, 2, 3, 4, 5, 6, 7);
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

// The first numbers of eight pairs, then the second ones.
static inline __attribute__((always_inline)) weir_float16 weir_split_pairs8(weir_float16 pairs) {
    return __builtin_shufflevector(pairs, pairs, 0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
}

// Writes eight pairs (first, second) in order, each to a place of its own. The bits by which any place differed, when its turn
// came, from what the list `before` has of it: 0 unless a place occurs twice or has changed since.
static inline __attribute__((always_inline)) uint64_t weir_scatter_pairs8(
    const void *list, ptrdiff_t offset, const void *before, weir_float8 first, weir_float8 second) {
    weir_pair *const *places = (weir_pair *const *)list;
    const weir_word *held = (const weir_word *)before;
    uint64_t difference = 0;
    weir_double2 a = (weir_double2)__builtin_shufflevector(first, second, 0, 8, 1, 9);
    weir_double2 b = (weir_double2)__builtin_shufflevector(first, second, 2, 10, 3, 11);
    weir_double2 c = (weir_double2)__builtin_shufflevector(first, second, 4, 12, 5, 13);
    weir_double2 d = (weir_double2)__builtin_shufflevector(first, second, 6, 14, 7, 15);
    weir_double2 pairs[4] = {a, b, c, d};
#pragma clang loop unroll(full)
    for (int entry = 0; entry < 8; entry++) {
        weir_pair *place = places[entry] + offset;
        difference |= *(const weir_word *)place ^ held[entry];
        *place = pairs[entry / 2][entry % 2];
    }
    return difference;
}

// Lane by lane `values` with a sign set where `condition` is not 0, else `others` as they are.
static inline __attribute__((always_inline)) weir_float8 weir_choose_marked8(
    weir_float8 condition, weir_float8 values, weir_float8 others) {
    return condition != 0 ? (weir_float8)((weir_bits8)values | 0x80000000u) : others;
}

// The bits of eight floats, and the floats of such bits.
static inline __attribute__((always_inline)) weir_bits8 weir_bits_of8(weir_float8 values) { return (weir_bits8)values; }
static inline __attribute__((always_inline)) weir_float8 weir_float_of8(weir_bits8 bits) { return (weir_float8)bits; }

// Whether the sign bit of any lane is set.
static inline __attribute__((always_inline)) _Bool weir_any_sign8(weir_bits8 bits) {
    return __builtin_reduce_or(bits) >> 31;
}

// Lane by lane `values` limited to ±`limit`, which is ≥ 0; a NaN stays one.
static inline __attribute__((always_inline)) weir_float8 weir_limit8(weir_float8 values, weir_float8 limit) {
    weir_float8 below = values > limit ? limit : values;
    return below < -limit ? -limit : below;
}

// The same of eight doubles.
static inline __attribute__((always_inline)) weir_double8 weir_limit_doubles8(weir_double8 values, double limit) {
    weir_double8 below = values > limit ? (weir_double8)limit : values;
    return below < -limit ? (weir_double8)-limit : below;
}

// Whether all lanes lie within ±`limit`; a NaN does not.
static inline __attribute__((always_inline)) _Bool weir_are_within8(weir_double8 values, double limit) {
    return __builtin_reduce_and(__builtin_elementwise_abs(values) <= limit) != 0;
}

// Lane by lane the nearest float.
static inline __attribute__((always_inline)) weir_float8 weir_floats8(weir_double8 values) {
    return __builtin_convertvector(values, weir_float8);
}

// Lane by lane the same number.
static inline __attribute__((always_inline)) weir_double8 weir_doubles8(weir_float8 values) {
    return __builtin_convertvector(values, weir_double8);
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
