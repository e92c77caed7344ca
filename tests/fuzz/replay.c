/* replay.c: runs a fuzz target without a fuzzer, so that any compiler will do:
 *
 *     TARGET [-n CHANGED] FILE|FOLDER...
 *
 * Each file is an input; then CHANGED inputs follow that are made of them by changing some bytes, always the same ones.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static GPtrArray *inputs; /* of GBytes */

static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = g_memdup2(data, size); /* of its exact size: a sanitizer sees a read beyond it */
    LLVMFuzzerTestOneInput(copy, size);
    g_free(copy);
}

static void read_file(const char *path)
{
    char *data;
    gsize size;
    GError *error = NULL;
    if (!g_file_get_contents(path, &data, &size, &error)) {
        fprintf(stderr, "%s\n", error->message);
        exit(2);
    }
    g_ptr_array_add(inputs, g_bytes_new_take(data, size));
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void read_folder(const char *path, GDir *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; (name = g_dir_read_name(folder));)
        g_ptr_array_add(names, g_build_filename(path, name, NULL));
    g_ptr_array_sort(names, by_name);
    for (unsigned i = 0; i < names->len; i++)
        read_file(names->pdata[i]);
    g_ptr_array_unref(names);
}

static void read_input(const char *path)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    if (!folder) {
        read_file(path);
        return;
    }
    read_folder(path, folder);
    g_dir_close(folder);
}

/* A few bytes become others, a stretch is repeated in another place, or the rest is that of another input. */
static void change(GRand *rand, GByteArray *data)
{
    GBytes *other = inputs->pdata[g_rand_int_range(rand, 0, (int)inputs->len)];
    gsize n;
    const uint8_t *bytes = g_bytes_get_data(other, &n);
    for (int i = g_rand_int_range(rand, 1, 8); i > 0 && data->len > 0; i--) {
        const unsigned at = g_rand_int(rand) % data->len;
        switch (g_rand_int_range(rand, 0, 8)) {
        case 0:
            memmove(data->data, data->data + at, data->len - at);
            break;
        case 1:
            if (at < n)
                memcpy(data->data + at, bytes + at, MIN(n, data->len) - at);
            break;
        default:
            data->data[at] = (uint8_t)g_rand_int(rand);
        }
    }
}

static void run_changed(unsigned times)
{
    GRand *rand = g_rand_new_with_seed(9293);
    for (unsigned i = 0; i < times; i++) {
        gsize n;
        const uint8_t *bytes = g_bytes_get_data(inputs->pdata[i % inputs->len], &n);
        GByteArray *data = g_byte_array_append(g_byte_array_new(), bytes, (guint)n);
        change(rand, data);
        run(data->data, data->len);
        g_byte_array_unref(data);
    }
    g_rand_free(rand);
}

int main(int argc, char **argv)
{
    unsigned changed = 0;
    inputs = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-n") == 0 && i + 1 < argc)
            changed = (unsigned)strtoul(argv[++i], NULL, 10);
        else
            read_input(argv[i]);
    }
    if (inputs->len == 0) {
        fprintf(stderr, "usage: %s [-n CHANGED] FILE|FOLDER...\n", argv[0]);
        return 2;
    }
    for (unsigned i = 0; i < inputs->len; i++) {
        gsize n;
        const uint8_t *bytes = g_bytes_get_data(inputs->pdata[i], &n);
        run(bytes, n);
    }
    run_changed(changed);
    printf("%u inputs, %u changed ones\n", inputs->len, changed);
    g_ptr_array_unref(inputs);
    return 0;
}
