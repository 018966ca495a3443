/*
 * Answers for bindings.py: reads one "FUNCTION\tINPUT" per line, as in the
 * vectors, and prints the answer that the C runner would compare with theirs.
 */
#define main run_all_vectors
#include "../c/test_core.c"
#undef main

int main(void)
{
    static char line[LINE_MAX_SIZE];

    (void)run_all_vectors;
    while (fgets(line, sizeof line, stdin)) {
        struct argument arguments[5];
        char *input = strchr(line, '\t');
        if (!input)
            return 1;
        *input++ = '\0';
        input[strcspn(input, "\n")] = '\0';
        const struct function *function = function_named(line);
        if (!function)
            return 1;
        split_arguments(input, function->arguments, arguments);
        out_size = 0;
        out[0] = '\0';
        function->call(arguments);
        puts(out);
        fflush(stdout);
    }
    return failed != 0;
}
