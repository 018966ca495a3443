/*
 * httpstatus_base.h - what the other public headers share, and include
 */
#ifndef HTTPSTATUS_BASE_H
#define HTTPSTATUS_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Define HTTPSTATUS_STATIC to compile it in or link an archive, HTTPSTATUS_BUILD to make a DLL. */
#if defined(_WIN32) ? defined(HTTPSTATUS_STATIC) : !defined(__GNUC__)
#define HTTPSTATUS_API
#elif defined(HTTPSTATUS_STATIC) /* not exported by what it is compiled into */
#define HTTPSTATUS_API __attribute__((visibility("hidden")))
#elif !defined(_WIN32)
#define HTTPSTATUS_API __attribute__((visibility("default")))
#elif defined(HTTPSTATUS_BUILD)
#define HTTPSTATUS_API __declspec(dllexport)
#else
#define HTTPSTATUS_API __declspec(dllimport)
#endif
/* Around the declarations of a header. */
#if defined(__cplusplus) && defined(__GNUC__)
#define HTTPSTATUS_BEGIN                                                                           \
    _Pragma("GCC diagnostic push")                                                                 \
    _Pragma("GCC diagnostic ignored \"-Wshadow\"") /* functions with the name of a type */         \
    extern "C" {
#define HTTPSTATUS_END                                                                             \
    }                                                                                              \
    _Pragma("GCC diagnostic pop")
#elif defined(__cplusplus)
#define HTTPSTATUS_BEGIN extern "C" {
#define HTTPSTATUS_END }
#else
#define HTTPSTATUS_BEGIN
#define HTTPSTATUS_END
#endif

HTTPSTATUS_BEGIN
struct httpstatus_text { /* absent: {NULL, 0} */
    const char *data; /* the library's, constant ASCII and a NUL; or yours: method, URL, key */
    size_t size;      /* in bytes, without the NUL */
};
enum httpstatus_answer { HTTPSTATUS_UNKNOWN = -1, HTTPSTATUS_NO = 0, HTTPSTATUS_YES = 1 };
HTTPSTATUS_END

#endif
