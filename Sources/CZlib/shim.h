// The system's zlib, as Swift sees it. For: what the header says by macro, which Swift does not import.
// Not for: any behaviour of our own.

#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

#include <zlib.h>

// Prepares `stream` to decode one gzip member (RFC 1952), header and CRC-32 checked by zlib.
// MAX_WBITS accepts every window a writer may have used; + 16 is zlib's way to say "gzip only".
static inline int czlib_inflate_init_gzip(z_stream *stream) {
  return inflateInit2(stream, MAX_WBITS + 16);
}

#endif
