/* SPDX-License-Identifier: MIT */
/* host LIBRARY [KEY VALUE]...: makes a delegate as LiteRT's C++ programs do, twice, and releases it. */
#include <dlfcn.h>
#include <stdio.h>

enum { MOST = 8 };

static void report(const char *text) { printf("reported: %s\n", text); }

int main(int count, char **words) {
  const char *keys[MOST], *values[MOST];
  size_t options = 0;
  for (int i = 2; i + 1 < count && options < MOST; i += 2, options++) {
    keys[options] = words[i];
    values[options] = words[i + 1];
  }
  void *library = dlopen(words[1], RTLD_NOW);
  if (!library) return puts(dlerror()), 1;
  void *(*create)(const char **, const char **, size_t, void (*)(const char *)) =
      dlsym(library, "tflite_plugin_create_delegate");
  void (*destroy)(void *) = dlsym(library, "tflite_plugin_destroy_delegate");
  for (int i = 0; i < 2; i++) {
    void *delegate = create(keys, values, options, report);
    puts(delegate ? "made" : "none");
    destroy(delegate);
  }
  return 0;
}
