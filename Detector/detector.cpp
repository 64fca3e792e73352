// Finds faces with dlib's frontal face detector, behind a C interface that lets no C++ exception out. Facet loads the library
// that scripts/detect.sh makes of this file while it runs, and works without it: see FaceImages/Detection.
#include <dlfcn.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/revision.h>

namespace {

void note(char* message, int32_t room, const char* what) noexcept {
  if (message && room > 0) std::snprintf(message, static_cast<size_t>(room), "%s", what);
}

// The weights as facet_detector_unpack wrote them beside this library: unpacking those inside of dlib takes half a second.
dlib::frontal_face_detector load() {
  Dl_info library;
  if (dladdr(reinterpret_cast<const void*>(&load), &library) && library.dli_fname) {
    std::ifstream file(std::string(library.dli_fname) + ".weights", std::ios::binary);
    try {
      dlib::frontal_face_detector detector;
      if (file) {
        dlib::deserialize(detector, file);
        return detector;
      }
    } catch (const dlib::serialization_error&) {
      // Damaged, or of another version of dlib.
    }
  }
  return dlib::get_frontal_face_detector();
}

// Detection changes the detector's own buffers, so that each thread has one.
dlib::frontal_face_detector& detector() {
  static const dlib::frontal_face_detector original = load();
  thread_local dlib::frontal_face_detector own = original;
  return own;
}

}  // namespace

extern "C" {

// Changes with the meaning of what is below.
int32_t facet_detector_version(void) { return 1; }

const char* facet_detector_name(void) {
  static char name[32];
  std::snprintf(name, sizeof name, "dlib %d.%d", DLIB_MAJOR_VERSION, DLIB_MINOR_VERSION);
  return name;
}

// Faces in `width` x `height` pixels RGB. Writes left, top, width, height and confidence of the first `capacity` faces, the most
// confident first, and returns how many were found; -1 and a message of up to `room` bytes when it failed.
int32_t facet_detector_find(
    const uint8_t* rgb, int32_t width, int32_t height, double* faces, int32_t capacity, char* message, int32_t room) {
  try {
    dlib::array2d<uint8_t> gray(height, width);
    for (int32_t y = 0; y < height; ++y) {
      for (int32_t x = 0; x < width; ++x, rgb += 3) {
        gray[y][x] = static_cast<uint8_t>((rgb[0] * 299 + rgb[1] * 587 + rgb[2] * 114 + 500) / 1000);
      }
    }
    std::vector<dlib::rect_detection> found;
    detector()(gray, found);
    const auto count = static_cast<int32_t>(found.size());
    for (int32_t i = 0; i < count && i < capacity; ++i, faces += 5) {
      const auto& box = found[i].rect;
      faces[0] = static_cast<double>(box.left());
      faces[1] = static_cast<double>(box.top());
      faces[2] = static_cast<double>(box.width());
      faces[3] = static_cast<double>(box.height());
      faces[4] = found[i].detection_confidence;
    }
    return count;
  } catch (const std::exception& e) {
    note(message, room, e.what());
  } catch (...) {
    note(message, room, "unknown C++ exception");
  }
  return -1;
}

// Writes the detector's weights unpacked to a file; 0 when that worked.
int32_t facet_detector_unpack(const char* path) {
  try {
    std::ofstream file(path, std::ios::binary);
    dlib::serialize(dlib::get_frontal_face_detector(), file);
    return file.flush() ? 0 : 1;
  } catch (...) {
    return 1;
  }
}
}
