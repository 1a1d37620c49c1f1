// namespace.hpp -- the one macro that says in which flavour all of common/ is compiled.
//
// Every namespace of common/ is opened as `namespace async::inline ASYNC_FLAVOUR {`. Ordinary programs get
// the flavour `rt`. A test that explores interleavings defines ASYNC_EXPLORED, gets the flavour `explored`,
// and with it other primitives in common/base. The two flavours have different symbols, so a program that
// mixes them does not link.
#pragma once

#ifdef ASYNC_EXPLORED
#define ASYNC_FLAVOUR explored
#else
#define ASYNC_FLAVOUR rt
#endif
