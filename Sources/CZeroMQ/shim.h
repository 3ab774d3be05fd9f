// The C declarations the ZeroMQ module is written against: libzmq itself, and eventfd, which Swift's Glibc module
// leaves out. No code and no wrappers: everything that decides something is Swift.

#pragma once

#include <sys/eventfd.h>
#include <zmq.h>
