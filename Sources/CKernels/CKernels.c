// Everything that runs per event is in the header, to be inlined.
#include "CKernels.h"

#include <sys/mman.h>

void weir_advise_large_pages(void *address, size_t bytes) {
#ifdef MADV_HUGEPAGE
    // Refused by a kernel without them, and then nothing is different.
    (void)madvise(address, bytes, MADV_HUGEPAGE);
#else
    (void)address;
    (void)bytes;
#endif
}
