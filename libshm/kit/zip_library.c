/*
 * zip_library.c - libzip, loaded when it is needed.
 */
#include "zip_library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int
zip_library_load(struct zip_library *library, char *why, size_t why_size)
{
	void *function;

	library->handle = dlopen(ZIP_SONAME, RTLD_NOW | RTLD_LOCAL);
	if (library->handle == NULL) {
		snprintf(why, why_size,
		    "zip files need the library " ZIP_SONAME
		    ", which is not installed");
		return (-1);
	}
#define ZIP_FIND(name)                                                         \
	do {                                                                   \
		function = dlsym(library->handle, "zip_" #name);               \
		memcpy(&library->name, &function, sizeof(function));           \
		if (function == NULL)                                          \
			goto too_old;                                          \
	} while (0)
	ZIP_FUNCTIONS(ZIP_FIND);
#undef ZIP_FIND
	return (0);
too_old:
	zip_library_unload(library);
	snprintf(why, why_size,
	    "the library " ZIP_SONAME " is older than what this was made with");
	return (-1);
}

void
zip_library_unload(struct zip_library *library)
{
	if (library->handle != NULL)
		dlclose(library->handle);
	library->handle = NULL;
}
