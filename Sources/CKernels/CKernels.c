// The package manager wants one source file per C target; everything is in the header, to be inlined.
#include "CKernels.h"
