/* Memory between two pages that must not be read: one byte too far is a crash. */
#ifndef HTTPSTATUS_GUARD_H
#define HTTPSTATUS_GUARD_H

#include <stddef.h>

#if defined(_WIN32)
#include <windows.h>

static size_t guard_page(void)
{
    SYSTEM_INFO info;

    GetSystemInfo(&info);
    return info.dwPageSize;
}

static char *guard_map(size_t room, size_t page)
{
    DWORD before;
    char *area = VirtualAlloc(NULL, room + 2 * page, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);

    return area && VirtualProtect(area, page, PAGE_NOACCESS, &before) &&
                   VirtualProtect(area + page + room, page, PAGE_NOACCESS, &before)
               ? area
               : NULL;
}

static void guard_unmap(char *area, size_t size)
{
    (void)size;
    VirtualFree(area, 0, MEM_RELEASE);
}

#else
#include <sys/mman.h>
#include <unistd.h>

static size_t guard_page(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static char *guard_map(size_t room, size_t page)
{
    char *area =
        mmap(NULL, room + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return area != MAP_FAILED && mprotect(area, page, PROT_NONE) == 0 &&
                   mprotect(area + page + room, page, PROT_NONE) == 0
               ? area
               : NULL;
}

static void guard_unmap(char *area, size_t size)
{
    munmap(area, size);
}
#endif

static size_t guard_room(size_t size, size_t page)
{
    return (size + page) / page * page;
}

/* Where the second page begins, at least 'size' bytes after the first; NULL without memory. */
static char *guard_make(size_t size)
{
    size_t page = guard_page(), room = guard_room(size, page);
    char *area = guard_map(room, page);

    return area ? area + page + room : NULL;
}

/* Where the first page ends. */
static inline char *guard_start(char *end, size_t size)
{
    return end - guard_room(size, guard_page());
}

static inline void guard_free(char *end, size_t size)
{
    size_t page = guard_page(), room = guard_room(size, page);

    guard_unmap(end - room - page, room + 2 * page);
}

#endif
