/* SPDX-License-Identifier: MIT */
/* The C ends of npucore's faces: entries that other runtimes look up in a shared library.

   Each hands its arguments, as integers, to npucore.native.entries.enter, where Python goes on. No
   libpython is linked: within a Python program its own is used, elsewhere the one that the variable
   NPUCORE_LIBPYTHON names, or the slot below, which `npucore delegate -o FILE` fills. What Python
   raises is told to the runtime in the runtime's own way. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define ENTRIES "npucore.native.entries"
#define ARGUMENTS 6

struct slot {
  char mark[16];
  char text[2032];
};
volatile struct slot slot_libpython = {"@npu:libpython@", ""};
volatile struct slot slot_home = {"@npu:home@", ""}; /* where that one's own modules lie */
volatile struct slot slot_sites = {"@npu:sites@", ""}; /* folders, with ':' between them */

typedef struct PyObject PyObject;

/* What is used of Python; all of it is in its stable ABI. */
static struct {
  int (*Py_IsInitialized)(void);
  void (*Py_InitializeEx)(int);
  void *(*PyEval_SaveThread)(void);
  int (*PyGILState_Ensure)(void);
  void (*PyGILState_Release)(int);
  int (*PyRun_SimpleString)(const char *);
  int (*PySys_SetObject)(const char *, PyObject *);
  PyObject *(*PyUnicode_DecodeFSDefault)(const char *);
  PyObject *(*PyImport_ImportModule)(const char *);
  PyObject *(*PyObject_CallMethod)(PyObject *, const char *, const char *, ...);
  size_t (*PyLong_AsSize_t)(PyObject *);
  PyObject *(*PyErr_Occurred)(void);
  void (*PyErr_Fetch)(PyObject **, PyObject **, PyObject **);
  void (*PyErr_Clear)(void);
  PyObject *(*PyObject_Str)(PyObject *);
  const char *(*PyUnicode_AsUTF8AndSize)(PyObject *, ptrdiff_t *);
  void (*Py_DecRef)(PyObject *);
} py;

/* Names in the order of the fields above. */
static const char *const names[] = {
    "Py_IsInitialized", "Py_InitializeEx", "PyEval_SaveThread", "PyGILState_Ensure",
    "PyGILState_Release", "PyRun_SimpleString", "PySys_SetObject", "PyUnicode_DecodeFSDefault",
    "PyImport_ImportModule", "PyObject_CallMethod", "PyLong_AsSize_t", "PyErr_Occurred",
    "PyErr_Fetch", "PyErr_Clear", "PyObject_Str", "PyUnicode_AsUTF8AndSize", "Py_DecRef"};
_Static_assert(sizeof py == sizeof names, "a name for every function");

static int (*is_finalizing)(void); /* public from Python 3.13 on, there before; may be absent */
static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
static int ready;

struct failure {
  char text[1024];
};

static void fail(struct failure *failure, const char *what, const char *more) {
  snprintf(failure->text, sizeof failure->text, "npucore: %s%s", what, more ? more : "");
}

static const char *named_libpython(void) {
  const char *name = getenv("NPUCORE_LIBPYTHON");
  return name && *name ? name : NULL;
}

static const char *libpython(void) {
  return named_libpython() ? named_libpython() : (const char *)slot_libpython.text;
}

/* The handle in which Python's symbols are found, NULL with a failure if there is none. */
static int find_python(void **handle, struct failure *failure) {
  *handle = RTLD_DEFAULT;
  if (dlsym(RTLD_DEFAULT, names[0])) return 1;
  if (!*libpython()) {
    fail(failure,
         "this is no Python program, and neither NPUCORE_LIBPYTHON nor this library names a "
         "libpython; `npucore delegate -o FILE` writes a library that does",
         NULL);
    return 0;
  }
  /* Global: numpy's extension modules look for Python's symbols there. */
  if ((*handle = dlopen(libpython(), RTLD_NOW | RTLD_GLOBAL))) return 1;
  fail(failure, "Python cannot be loaded: ", dlerror());
  return 0;
}

static int find_functions(void *handle, struct failure *failure) {
  void **functions = (void **)&py;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!(functions[i] = dlsym(handle, names[i]))) {
      fail(failure, "this Python lacks ", names[i]);
      return 0;
    }
  }
  is_finalizing = (int (*)(void))dlsym(handle, "Py_IsFinalizing");
  if (!is_finalizing) is_finalizing = (int (*)(void))dlsym(handle, "_Py_IsFinalizing");
  return 1;
}

/* Start Python; what its environment holds comes before what the system does. Without its home it
   would take the modules of whatever python3 stands on the PATH; programs that are started from
   here are not to take it for theirs. */
static void initialize(void) {
  const char *home = (const char *)slot_home.text;
  int unset = *home && !named_libpython() && !getenv("PYTHONHOME");
  if (unset) setenv("PYTHONHOME", home, 1);
  py.Py_InitializeEx(0);
  if (unset) py.PyRun_SimpleString("import os; os.environ.pop('PYTHONHOME', None); del os");
  PyObject *sites = py.PyUnicode_DecodeFSDefault((const char *)slot_sites.text);
  py.PySys_SetObject("npucore_sites", sites);
  py.Py_DecRef(sites);
  py.PyRun_SimpleString(
      "import site, sys\n"
      "system = list(sys.path)\n"
      "for folder in filter(None, sys.npucore_sites.split(':')): site.addsitedir(folder)\n"
      "sys.path[:] = [p for p in sys.path if p not in system] + system\n"
      "del site, sys, system\n");
  py.PyEval_SaveThread();
}

static int start(struct failure *failure) {
  void *handle;
  pthread_mutex_lock(&starting);
  if (!ready && find_python(&handle, failure) && find_functions(handle, failure)) {
    if (!py.Py_IsInitialized()) initialize();
    ready = 1;
  }
  pthread_mutex_unlock(&starting);
  return ready;
}

static void fail_as_raised(struct failure *failure) {
  PyObject *type = NULL, *value = NULL, *traceback = NULL;
  py.PyErr_Fetch(&type, &value, &traceback);
  PyObject *said = value ? py.PyObject_Str(value) : NULL;
  const char *text = said ? py.PyUnicode_AsUTF8AndSize(said, NULL) : NULL;
  fail(failure, text ? text : "an error that cannot be told", NULL);
  if (said) py.Py_DecRef(said);
  if (type) py.Py_DecRef(type);
  if (value) py.Py_DecRef(value);
  if (traceback) py.Py_DecRef(traceback);
  py.PyErr_Clear();
}

/* What `enter` makes of an entry's name and arguments; 0 with a failure if it raises. */
static uintptr_t ask(const char *entry, const char *format, const uintptr_t a[ARGUMENTS],
                     struct failure *failure) {
  uintptr_t answer = 0;
  int state = py.PyGILState_Ensure();
  PyObject *module = py.PyImport_ImportModule(ENTRIES), *value = NULL;
  if (module)
    value = py.PyObject_CallMethod(module, "enter", format, entry, (unsigned long long)a[0],
                                   (unsigned long long)a[1], (unsigned long long)a[2],
                                   (unsigned long long)a[3], (unsigned long long)a[4],
                                   (unsigned long long)a[5]);
  if (value) answer = py.PyLong_AsSize_t(value);
  if (py.PyErr_Occurred()) {
    fail_as_raised(failure);
    answer = 0;
  }
  if (value) py.Py_DecRef(value);
  if (module) py.Py_DecRef(module);
  py.PyGILState_Release(state);
  return answer;
}

/* Whether Python is there still: programs release what they hold while it ends, too. */
static int alive(void) {
  return ready && py.Py_IsInitialized() && !(is_finalizing && is_finalizing());
}

static void print(const struct failure *failure) {
  if (*failure->text) fprintf(stderr, "%s\n", failure->text);
}

/* TensorFlow Lite's external delegates: tensorflow/lite/delegates/external/external_delegate.cc.
   Its Python interface declares the number of options as an int: the upper half is undefined. */
EXPORT void *tflite_plugin_create_delegate(const char *const *keys, const char *const *values,
                                           size_t options, void (*report)(const char *)) {
  struct failure failure = {""};
  const uintptr_t a[ARGUMENTS] = {(uintptr_t)keys, (uintptr_t)values, (uint32_t)options};
  void *delegate = NULL;
  if (start(&failure))
    delegate = (void *)ask("tflite_plugin_create_delegate", "sKKKK", a, &failure);
  if (!*failure.text) return delegate;
  if (report)
    report(failure.text);
  else
    print(&failure);
  return NULL;
}

EXPORT void tflite_plugin_destroy_delegate(void *delegate) {
  struct failure failure = {""};
  const uintptr_t a[ARGUMENTS] = {(uintptr_t)delegate};
  if (delegate && alive()) ask("tflite_plugin_destroy_delegate", "sK", a, &failure);
  print(&failure);
}

/* ONNX Runtime's plug-in execution providers: onnxruntime_ep_c_api.h, onnxruntime_c_api.h. */
struct OrtApiBase {
  const void *(*GetApi)(uint32_t version);
};
struct OrtApi {
  void *(*CreateStatus)(int code, const char *message);
};
#define ORT_API_VERSION 1
#define ORT_EP_FAIL 11

EXPORT void *CreateEpFactories(const char *name, const struct OrtApiBase *base, const void *logger,
                               void **factories, size_t room, size_t *count) {
  struct failure failure = {""};
  const uintptr_t a[ARGUMENTS] = {(uintptr_t)name,      (uintptr_t)base, (uintptr_t)logger,
                                  (uintptr_t)factories, room,            (uintptr_t)count};
  void *status = NULL;
  *count = 0;
  if (start(&failure)) status = (void *)ask("CreateEpFactories", "sKKKKKK", a, &failure);
  if (!*failure.text) return status;
  const struct OrtApi *api = base->GetApi(ORT_API_VERSION);
  return api->CreateStatus(ORT_EP_FAIL, failure.text);
}

EXPORT void *ReleaseEpFactory(void *factory) {
  struct failure failure = {""};
  const uintptr_t a[ARGUMENTS] = {(uintptr_t)factory};
  void *status = NULL;
  if (factory && alive()) status = (void *)ask("ReleaseEpFactory", "sK", a, &failure);
  print(&failure);
  return status;
}
