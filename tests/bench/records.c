/*
 * Divides the records of a log, for tests/bench/records.py to measure.
 *
 *     records WHAT FORMAT LOG
 *
 * WHAT is "tally" (counts alone), "lines" (where each record is), "records" (its parts, too),
 * "series" (the records over time), "latency" (their durations), "top" (the paths of most 5xx) or
 * "top-all" (of all records).
 * Prints the seconds, and how many records and parts, buckets, durations or entries there are.
 */
#include "httpstatus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 1024, SERIES_BATCH = 128 };
static struct httpstatus_scanner scanner;
static struct httpstatus_line lines[BATCH];
static struct httpstatus_series series;
static struct httpstatus_top top;
static struct httpstatus_latency latency;
static unsigned long records, parts;

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void divide(const char *log, const struct httpstatus_line *line, char *buffer)
{
    struct httpstatus_record record;

    httpstatus_record(&scanner, line, log + line->start, buffer, HTTPSTATUS_ALL_PARTS, &record);
    for (int i = 0; i < HTTPSTATUS_PARTS; i++)
        parts += record.parts[i].data != NULL;
}

static void scan(const char *log, size_t size, bool divided, char *buffer)
{
    size_t at = 0, used;

    while (at < size) {
        size_t count = httpstatus_scan(&scanner, log + at, size - at, lines, BATCH, &used);
        for (size_t i = 0; i < count; i++) {
            records += lines[i].status >= HTTPSTATUS_NO_STATUS;
            if (divided && lines[i].status >= HTTPSTATUS_NO_STATUS)
                divide(log, &lines[i], buffer);
        }
        at += used;
    }
}

static void count_over_time(const char *log, size_t size, char *buffer)
{
    size_t at = 0, used;

    httpstatus_series_init(&series, 0, NULL);
    while (at < size) {
        size_t count = httpstatus_series_scan(&series, &scanner, log + at, size - at, lines,
                                              SERIES_BATCH, &used);
        for (size_t i = 0; i < count; i++)
            httpstatus_series_add_line(&series, &scanner, &lines[i], log + lines[i].start, buffer);
        at += used;
    }
    records = (unsigned long)httpstatus_scanner_tally(&scanner)->records;
    parts = (unsigned long)httpstatus_series_count(&series);
}

static void count_paths(const char *log, size_t size, char *buffer)
{
    const struct httpstatus_top_options paths = {.by = HTTPSTATUS_PART_PATH};
    size_t at = 0, used;

    httpstatus_top_init(&top, &paths);
    while (at < size) {
        size_t count =
            httpstatus_top_scan(&top, &scanner, log + at, size - at, lines, BATCH, &used);
        for (size_t i = 0; i < count; i++)
            httpstatus_top_add_line(&top, &scanner, &lines[i], log + lines[i].start, buffer);
        at += used;
    }
    httpstatus_top_end(&top);
    records = (unsigned long)httpstatus_top_total(&top);
    parts = (unsigned long)httpstatus_top_kept(&top);
}

static void count_durations(const char *log, size_t size, char *buffer)
{
    size_t at = 0, used;

    httpstatus_latency_init(&latency);
    while (at < size) {
        size_t count = httpstatus_scan(&scanner, log + at, size - at, lines, BATCH, &used);
        for (size_t i = 0; i < count; i++)
            httpstatus_latency_add_line(&latency, &scanner, &lines[i], log + lines[i].start,
                                        buffer);
        at += used;
    }
    records = (unsigned long)httpstatus_scanner_tally(&scanner)->records;
    parts = (unsigned long)httpstatus_latency_summary(&latency, HTTPSTATUS_ALL_CLASSES).count;
}

/* The bytes of a file; NULL if it cannot be read. */
static char *bytes_of(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    long end;

    if (!file || fseek(file, 0, SEEK_END) || (end = ftell(file)) < 0)
        return NULL;
    rewind(file);
    *size = (size_t)end;
    char *log = malloc(*size + 1);
    if (log && fread(log, 1, *size, file) != *size)
        return NULL;
    fclose(file);
    return log;
}

int main(int argc, char **argv)
{
    static struct httpstatus_filter errors;
    struct httpstatus_options options = {0};
    struct httpstatus_format_error error;
    size_t size;
    char *log = argc == 4 ? bytes_of(argv[3], &size) : NULL,
         *buffer = log ? malloc(2 * size) : NULL;

    if (!buffer || !httpstatus_options_format(&options, argv[2], strlen(argv[2]), &error) ||
        !httpstatus_filter_add(&errors, "5xx", 3) ||
        !httpstatus_scanner_init(&scanner, &options, strcmp(argv[1], "top") == 0 ? &errors : NULL))
        return 1;
    const double start = now();
    if (strcmp(argv[1], "tally") == 0)
        httpstatus_scan(&scanner, log, size, NULL, 0, NULL);
    else if (strcmp(argv[1], "series") == 0)
        count_over_time(log, size, buffer);
    else if (strcmp(argv[1], "latency") == 0)
        count_durations(log, size, buffer);
    else if (strncmp(argv[1], "top", 3) == 0)
        count_paths(log, size, buffer);
    else
        scan(log, size, strcmp(argv[1], "records") == 0, buffer);
    printf("%f\n%lu %lu\n", now() - start, records, parts);
    free(buffer);
    free(log);
    return 0;
}
