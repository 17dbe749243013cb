#ifndef FOCAL_CCAIRO_H
#define FOCAL_CCAIRO_H

#include <cairo.h>
#include <cairo-pdf.h>

#endif
