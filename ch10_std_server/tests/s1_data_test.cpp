// s1_data_test.cpp -- the message byte by byte: what is sent, and what is refused.
#include "ch10_std_server/s1_data.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "ch10_std_server/tests/frames.hpp"
#include "ch10_std_server/tests/program.hpp"

namespace ch10::tests {
namespace {

std::string serialized(const Data& data) {
  const auto bytes = data.serialize();
  return bytes ? std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size()) : "refused";
}
std::expected<Data, Data::Error> deserialized(std::string_view bytes) {
  return Data::deserialize(bytes_of(bytes));
}

// Predict: which byte of field1 comes first? The book's program writes to_ne_bytes, here a little-endian machine's.
TEST(DataTest, Serialize_WritesWhatTheBooksProgramWrites) {
  EXPECT_EQ(serialized(Data{0x01020304, 0x0506, "hello"}), std::string("\x04\x03\x02\x01"
                                                                       "\x06\x05"
                                                                       "\x05\0\0\0"
                                                                       "hello",
                                                                       15));
  EXPECT_EQ(serialized(Data{1, 2, "Hello, server!"}), frame("Hello, server!"));
  EXPECT_EQ(serialized(Data{0xffffffff, 0xffff, ""}), std::string("\xff\xff\xff\xff\xff\xff\0\0\0\0", 10));
}

TEST(DataTest, RoundTrip_GivesTheSameMessage) {
  for (const std::string& text : {std::string(), std::string("plain"), std::string("n\0l", 3),
                                  std::string("žluťoučký 🐎 馬"), std::string(100'000, 'x')}) {
    const Data data{0xdeadbeef, 0xf00d, text};
    EXPECT_EQ(deserialized(serialized(data)), data);
  }
}

TEST(DataTest, EveryTruncation_IsRefused) {
  const std::string whole = frame("hello, 馬");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto data = deserialized(std::string_view(whole).substr(0, size));
    ASSERT_FALSE(data) << size << " bytes";
    EXPECT_EQ(data.error(), Data::Error::truncated) << size << " bytes";
  }
  EXPECT_TRUE(deserialized(whole));
}

TEST(DataTest, BytesAfterTheMessage_AreLeftAlone) {
  EXPECT_EQ(deserialized(frame("hello") + "and more")->field3, "hello");
}

TEST(DataTest, FrameSize_KnowsTheLimitToTheByte) {
  const std::string begun = header(90);  // 100 bytes in all
  EXPECT_EQ(Data::frame_size(bytes_of(begun), 100).value(), 100u);
  EXPECT_EQ(Data::frame_size(bytes_of(begun), 99).error(), Data::Error::too_long);
  EXPECT_EQ(Data::frame_size(bytes_of(header(0)), 10).value(), 10u);
  EXPECT_EQ(Data::frame_size(bytes_of(std::string_view(begun).substr(0, 9)), 100).error(),
            Data::Error::truncated);
}

// A client says "4 GiB follow" and sends ten bytes. Predict: how much memory does the length take?
TEST(DataTest, LengthOf4GiB_IsBelievedOnlyAfterTheBytesAreThere) {
  const long before = Program::kib_of("self", "VmPeak");
  EXPECT_EQ(Data::frame_size(bytes_of(header(0xffffffff)), 65536).error(), Data::Error::too_long);
  // Ten bytes more than 32 bits can say: the sum must not wrap round to 9.
  EXPECT_EQ(Data::frame_size(bytes_of(header(0xffffffff)), std::numeric_limits<std::size_t>::max()).value(),
            std::size_t{0xffffffff} + 10u);
  EXPECT_EQ(deserialized(header(0xffffffff) + "hello").error(), Data::Error::truncated);
  EXPECT_LT(Program::kib_of("self", "VmPeak") - before, 1024 * 1024) << "KiB were taken for a length alone";
}

TEST(DataTest, Utf8_IsKnownFromWhatOnlyLooksLikeIt) {
  for (const std::string_view good :
       {"", "plain", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(good)) << ::testing::PrintToString(good);
  }
  struct Bad {
    std::string_view bytes, why;
  };
  for (const Bad bad : std::vector<Bad>{
           {"\x80", "a continuation without a beginning"},
           {"\xbf", "a continuation without a beginning"},
           {"\xc0\xaf", "an overlong '/'"},
           {"\xc1\xbf", "an overlong form of two bytes"},
           {"\xe0\x80\xaf", "an overlong '/' of three bytes"},
           {"\xe0\x9f\xbf", "an overlong form of three bytes"},
           {"\xf0\x80\x80\xaf", "an overlong '/' of four bytes"},
           {"\xf0\x8f\xbf\xbf", "an overlong form of four bytes"},
           {"\xed\xa0\x80", "the first surrogate"},
           {"\xed\xbf\xbf", "the last surrogate"},
           {"\xf4\x90\x80\x80", "U+110000"},
           {"\xf5\x80\x80\x80", "above every code point"},
           {"\xfe", "no leading byte"},
           {"\xff", "no leading byte"},
           {"\xc2", "cut after 1 of 2"},
           {"\xe2\x82", "cut after 2 of 3"},
           {"\xf0\x9f\x90", "cut after 3 of 4"},
           {"\xe2\x82z", "a letter instead of the third byte"},
           {"\xf0\x9f\x90\xc0", "a wrong fourth byte"},
           {"\xc2\xc2\x80", "begun twice"},
       }) {
    EXPECT_FALSE(is_utf8(bad.bytes)) << bad.why;
    EXPECT_FALSE(is_utf8("before" + std::string(bad.bytes) + "after")) << bad.why;
    EXPECT_EQ(deserialized(frame(bad.bytes)).error(), Data::Error::invalid_utf8) << bad.why;
  }
}

// A decoder written from the definition, against ours, over every sequence of up to three bytes that matter.
TEST(DataTest, Utf8_AgreesWithTheDefinitionOnAllShortSequences) {
  const auto by_definition = [](std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      const auto first = static_cast<unsigned char>(text[i]);
      const std::size_t length = first < 0x80       ? 1
                                 : first >> 5 == 6  ? 2
                                 : first >> 4 == 14 ? 3
                                 : first >> 3 == 30 ? 4
                                                    : 0;
      if (length == 0 || text.size() - i < length) return false;
      std::uint32_t point = length == 1 ? first : first & (0x7fu >> length);
      for (std::size_t k = 1; k < length; ++k) {
        const auto next = static_cast<unsigned char>(text[i + k]);
        if (next >> 6 != 2) return false;
        point = point << 6 | (next & 0x3fu);
      }
      constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
      if (point < kLeast[length] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return false;
      i += length;
    }
    return true;
  };
  std::vector<char> edges;
  for (const int byte : {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
                         0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xff}) {
    edges.push_back(static_cast<char>(byte));
  }
  int good = 0, differ = 0;
  for (const char a : edges) {
    for (const char b : edges) {
      for (const char c : edges) {
        for (const char d : edges) {
          const std::string text{a, b, c, d};
          for (std::size_t size = 1; size <= 4; ++size) {
            const std::string_view part = std::string_view(text).substr(0, size);
            good += by_definition(part);
            differ += is_utf8(part) != by_definition(part);
          }
        }
      }
    }
  }
  EXPECT_EQ(differ, 0);
  EXPECT_GT(good, 0);
}

TEST(DataTest, DebugString_IsTheBooks) {
  EXPECT_EQ((Data{1, 2, "Hello"}.debug_string()), R"(Data { field1: 1, field2: 2, field3: "Hello" })");
}

// What a client sends is printed in somebody's terminal: it must not begin a line there, nor steer it.
TEST(DataTest, DebugString_EscapesWhatWouldSteerATerminal) {
  for (int byte = 0; byte < 0x80; ++byte) {
    const std::string text = Data{0, 0, std::string(1, static_cast<char>(byte))}.debug_string();
    for (const char c : text) EXPECT_TRUE(c >= ' ' && c < 0x7f) << "byte " << byte << " is printed as it is";
  }
  EXPECT_EQ((Data{0, 0, "a\nb\x1b[2J\"\\"}.debug_string()),
            R"(Data { field1: 0, field2: 0, field3: "a\x0ab\x1b[2J\"\\" })");
  // U+0080 to U+009f are control characters too: U+009b begins a terminal's command, as ESC [ does.
  for (int byte = 0x80; byte < 0xa0; ++byte) {
    const std::string control{'\xc2', static_cast<char>(byte)};
    EXPECT_EQ((Data{0, 0, control}.debug_string()).find(control), std::string::npos)
        << "U+00" << std::hex << byte;
  }
  EXPECT_NE((Data{0, 0, "馬 \u00a0"}.debug_string()).find("馬 \u00a0"), std::string::npos);
}

TEST(DataTest, EachError_HasASentence) {
  EXPECT_EQ(to_string(Data::Error::truncated), "the message ends too early");
  EXPECT_EQ(to_string(Data::Error::too_long), "the message is longer than allowed");
  EXPECT_EQ(to_string(Data::Error::invalid_utf8), "the text is not valid UTF-8");
}

}  // namespace
}  // namespace ch10::tests
