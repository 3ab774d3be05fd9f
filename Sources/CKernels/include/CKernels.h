// Two machine instructions that Swift cannot spell without a call: prefetch for writing, and a packed square root.
// Not a place for algorithms: nothing here multiplies and adds, so no compiler can contract anything into an FMA.

#ifndef WEIR_CKERNELS_H
#define WEIR_CKERNELS_H

// Eight floats; Swift sees SIMD8<Float>.
typedef float weir_float8 __attribute__((ext_vector_type(8)));

// Asks for the cache line at `address`, to be written soon. A hint: any address is allowed, nothing is read.
static inline __attribute__((always_inline)) void weir_prefetch_for_writing(const void *address) {
    __builtin_prefetch(address, 1, 3);
}

// Lane by lane the correctly rounded square root (IEEE 754), NaN below zero. Swift's own `.squareRoot()` on a vector
// compiles to scalar roots, each with a branch to sqrtf, because errno must be set; this has neither.
static inline __attribute__((always_inline)) weir_float8 weir_square_root8(weir_float8 values) {
    return __builtin_elementwise_sqrt(values);
}

#endif
