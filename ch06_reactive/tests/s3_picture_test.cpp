// s3_picture_test.cpp -- the picture of a small curve, as text and as SVG.
#include "ch06_reactive/s3_picture.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ch06 {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

// Cold with the heater on, then too warm with it off, then as desired.
Curve small_curve() {
  const auto sample = [](Duration time, int temp, bool heat_on) {
    Room room;
    room.temp = static_cast<std::int16_t>(temp);
    room.heat_on = heat_on;
    return Sample{time, room};
  };
  return {.samples = {sample(0s, 2080, true), sample(4s, 2120, false), sample(8s, 2100, false)},
          .length = 12s};
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(PictureTest, HasTemperatureDesiredTemperatureAndHeater) {
  EXPECT_EQ(picture_of(small_curve(), {.columns = 6, .rows = 5}),
            (Lines{" 21.20 |  **",    //
                   " 21.10 |",        //
                   " 21.00 |----**",  //
                   " 20.90 |",        //
                   " 20.80 |**",      //
                   "heater |##"}));
}

TEST(PictureTest, RoomInWhichNothingHappens_IsALine) {
  Curve curve{.samples = {{0s, Room()}}, .length = 10s};
  curve.samples[0].room.desired_temp = curve.samples[0].room.temp;
  EXPECT_EQ(picture_of(curve, {.columns = 3, .rows = 2}), (Lines{" 20.91 |", " 20.90 |***", "heater |"}));
}

TEST(PictureTest, ChangesThatAreShorterThanAColumn_AreAllInIt) {
  Curve curve = small_curve();
  curve.length = 1h;
  const Lines lines = picture_of(curve, {.columns = 2, .rows = 3});
  EXPECT_EQ(lines, (Lines{" 21.20 |*", " 21.00 |**", " 20.80 |*", "heater |#"}));
}

TEST(SvgTest, HasTwoLinesAndABarForEachTimeOfHeat) {
  Curve curve = small_curve();
  EXPECT_EQ(count(svg_of(curve), "class=\"heater\""), 1u);
  curve.samples.push_back(curve.samples[0]);
  curve.samples.back().time = 10s;  // on to the end
  const std::string svg = svg_of(curve);
  EXPECT_EQ(count(svg, "class=\"temperature\""), 1u);
  EXPECT_EQ(count(svg, "class=\"desired\""), 1u);
  EXPECT_EQ(count(svg, "class=\"heater\""), 2u);
  // From the lowest to the highest, in four steps of time.
  EXPECT_NE(svg.find("d=\"M60.00 320.00H60.00V320.00H300.00V40.00H540.00V180.00H660.00V320.00H780.00\""),
            std::string::npos)
      << svg;
  EXPECT_NE(svg.find("d=\"M660.00 335.00H780.00V350.00H660.00Z\""), std::string::npos) << svg;
}

TEST(SvgTest, IsOneDocument) {
  const std::string svg = svg_of(small_curve());
  EXPECT_TRUE(svg.starts_with("<svg xmlns="));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_EQ(count(svg, "<text"), count(svg, "</text>"));
  EXPECT_EQ(count(svg, "<path"), count(svg, "Z\"/>") + 2) << "each path ends";
  EXPECT_EQ(svg.find("nan"), svg.npos);
}

TEST(SvgTest, CurveWithoutLength_HasNumbers) {
  const Curve curve{.samples = {{0s, Room()}}, .length = 0s};
  EXPECT_EQ(svg_of(curve).find("nan"), std::string::npos);
}

}  // namespace
}  // namespace ch06
