// s3_svg.cpp -- a curve as an SVG document: two lines, and a bar for each time in which the heater was on.
#include <chrono>
#include <sstream>
#include <string>
#include <utility>

#include "common/demo/fixed.hpp"

#include "ch06_reactive/s3_picture.hpp"
#include "ch06_reactive/s3_scale.hpp"

namespace ch06 {
namespace {

// In units of the document's viewBox, 800 by 400.
constexpr double kLeft = 60, kRight = 780, kTop = 40, kBottom = 320, kBarTop = 335, kBarHeight = 15;

class Drawing {
 public:
  explicit Drawing(const Curve& curve) : curve_(curve), scale_(scale_of(curve)) {}

  [[nodiscard]] std::string x(Duration time) const {
    const double part = curve_.length > Duration::zero() ? std::chrono::duration<double>(time) /
                                                               std::chrono::duration<double>(curve_.length)
                                                         : 0;
    return number(kLeft + (kRight - kLeft) * part);
  }
  [[nodiscard]] std::string y(int temp) const {
    return number(kBottom - (kBottom - kTop) * (temp - scale_.lowest) / (scale_.highest - scale_.lowest));
  }

  // A line with steps: a temperature holds until the next sample.
  [[nodiscard]] std::string steps(std::int16_t Room::* temp) const {
    std::string path = "M" + x(Duration::zero()) + " " + y(curve_.at(Duration::zero()).*temp);
    for (const Sample& sample : curve_.samples) {
      path += "H" + x(sample.time) + "V" + y(sample.room.*temp);
    }
    return path + "H" + x(curve_.length);
  }

  [[nodiscard]] std::string bars() const {
    std::string bars;
    for (std::size_t i = 0; i < curve_.samples.size(); ++i) {
      if (!curve_.samples[i].room.heat_on) continue;
      const Duration from = curve_.samples[i].time;
      while (i < curve_.samples.size() && curve_.samples[i].room.heat_on) ++i;
      bars += bar(from, i < curve_.samples.size() ? curve_.samples[i].time : curve_.length);
    }
    return bars;
  }

  [[nodiscard]] std::string labels() const {
    return label(kLeft - 8, kTop + 4, "end", number(degrees(scale_.highest))) +
           label(kLeft - 8, kBottom + 4, "end", number(degrees(scale_.lowest))) +
           label(kLeft - 8, kBarTop + 12, "end", "heater") + label(kLeft, 375, "middle", "0 s") +
           label(kRight, 375, "end", number(std::chrono::duration<double>(curve_.length).count()) + " s");
  }

  static std::string label(double x, double y, const std::string& anchor, const std::string& text) {
    return "  <text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" + text +
           "</text>\n";
  }

 private:
  // Two digits behind the point are enough for any screen.
  static std::string number(double value) { return demo::fixed(value, 2); }

  [[nodiscard]] std::string bar(Duration from, Duration to) const {
    return "  <path class=\"heater\" d=\"M" + x(from) + " " + number(kBarTop) + "H" + x(to) + "V" +
           number(kBarTop + kBarHeight) + "H" + x(from) + "Z\"/>\n";
  }

  const Curve& curve_;
  const Scale scale_;
};

}  // namespace

std::string svg_of(const Curve& curve) {
  const Drawing drawing(curve);
  std::ostringstream svg;
  svg << R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 400" font-family="sans-serif" font-size="12">)"
      << "\n  <style>.temperature{fill:none;stroke:#c0392b;stroke-width:1.5}"
      << ".desired{fill:none;stroke:#2c3e50;stroke-dasharray:6 4}.heater{fill:#e67e22}</style>\n"
      << R"(  <rect width="800" height="400" fill="#fff"/>)" << "\n"
      << Drawing::label(kLeft, 22, "start",
                        "temperature (red), desired temperature (dashed), heater on (bars)")
      << drawing.labels()  //
      << "  <path class=\"desired\" d=\"" << drawing.steps(&Room::desired_temp) << "\"/>\n"
      << "  <path class=\"temperature\" d=\"" << drawing.steps(&Room::temp) << "\"/>\n"
      << drawing.bars() << "</svg>\n";
  return std::move(svg).str();
}

}  // namespace ch06
