// Stands in for a header of Gloo, which LibTorch's package leaves out; nothing of it is used here.
#pragma once
