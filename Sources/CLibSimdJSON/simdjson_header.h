// The C++ header of the installed simdjson library. Swift never imports this module; the target
// exists so that SwiftPM asks pkg-config where the library lies.
#pragma once
#include <simdjson.h>
