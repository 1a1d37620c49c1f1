// sanitizers.hpp -- ASYNC_UNDER_THREAD_SANITIZER and ASYNC_UNDER_ADDRESS_SANITIZER, each 0 or 1: what this is
// built with. g++ and clang say it in two ways.
#pragma once

#if defined(__SANITIZE_THREAD__)
#define ASYNC_UNDER_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ASYNC_UNDER_THREAD_SANITIZER 1
#endif
#endif
#ifndef ASYNC_UNDER_THREAD_SANITIZER
#define ASYNC_UNDER_THREAD_SANITIZER 0
#endif

#if defined(__SANITIZE_ADDRESS__)
#define ASYNC_UNDER_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ASYNC_UNDER_ADDRESS_SANITIZER 1
#endif
#endif
#ifndef ASYNC_UNDER_ADDRESS_SANITIZER
#define ASYNC_UNDER_ADDRESS_SANITIZER 0
#endif
