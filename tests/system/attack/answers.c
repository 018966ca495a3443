/*
 * What the core says of logs.  Standard input has one job per line, "PATH\tFORMAT".  Prints for
 * each "refused", or a line of all statuses and a line of "number:status" without what is skipped,
 * as answers.lua does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "httpstatus.h"

enum { MOST = 1 << 16 };

static struct httpstatus_line lines[MOST];
static struct httpstatus_scanner scanner;

/* All records of a log, in pieces of 4093 bytes; false if it cannot be read, or has too many. */
static bool read_log(const char *path, size_t *count)
{
    static char piece[4093];
    FILE *file = fopen(path, "rb");
    size_t size, used, stored = 0;

    *count = 0;
    while (file && (size = fread(piece, 1, sizeof piece, file)) > 0)
        for (size_t at = 0; at < size && *count < MOST; at += used)
            *count += httpstatus_scan(&scanner, piece + at, size - at, lines + *count,
                                      MOST - *count, &used);
    if (!file || fclose(file))
        return false;
    while (*count < MOST &&
           (stored = httpstatus_finish(&scanner, lines + *count, MOST - *count)) > 0)
        *count += stored;
    return *count < MOST;
}

int main(void)
{
    static char job[4096];

    while (fgets(job, sizeof job, stdin)) {
        struct httpstatus_options options = {0};
        struct httpstatus_format_error error;
        char *form = strchr(job, '\t');
        size_t count;

        if (!form)
            return 1;
        *form++ = '\0';
        if (!httpstatus_options_format(&options, form, strcspn(form, "\n"), &error)) {
            puts("refused");
            continue;
        }
        if (!httpstatus_scanner_init(&scanner, &options, NULL) || !read_log(job, &count))
            return 1;
        for (size_t i = 0; i < count; i++)
            printf("%d ", lines[i].status);
        puts("");
        for (size_t i = 0; i < count; i++)
            if (lines[i].status != HTTPSTATUS_SKIPPED)
                printf("%llu:%d ", (unsigned long long)lines[i].number, lines[i].status);
        puts("");
    }
    return 0;
}
