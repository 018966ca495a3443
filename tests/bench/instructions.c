/*
 * Counts a log for tests/bench/instructions.py to measure.
 *
 *     instructions SCANNER FORMAT LOG
 *
 * Prints the number of records.  The exit status is 2 if the scanner cannot run here.
 */
#include "httpstatus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct httpstatus_scanner scanner;

/* What is measured: callgrind is given its name, so it must remain a function of its own. */
__attribute__((noinline)) void measured(const char *p, size_t size)
{
    httpstatus_scan(&scanner, p, size, NULL, 0, NULL);
    httpstatus_finish(&scanner, NULL, 0);
}

int main(int argc, char **argv)
{
    struct httpstatus_options options = {0};
    struct httpstatus_format_error error;
    FILE *file = argc == 4 ? fopen(argv[3], "rb") : NULL;
    char *log;
    long size;

    if (argc > 1 && !httpstatus_scanner_use(argv[1], strlen(argv[1])))
        return 2;
    if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0)
        return 1;
    rewind(file);
    log = malloc((size_t)size + 1);
    if (!log || fread(log, 1, (size_t)size, file) != (size_t)size ||
        !httpstatus_options_format(&options, argv[2], strlen(argv[2]), &error) ||
        !httpstatus_scanner_init(&scanner, &options, NULL))
        return 1;
    measured(log, (size_t)size);
    printf("%llu\n", (unsigned long long)httpstatus_scanner_tally(&scanner)->records);
    free(log);
    return fclose(file);
}
