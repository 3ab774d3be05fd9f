// libsodium comes along with libzmq; Weir uses its SHA-256 and nothing else.
#include <sodium.h>
