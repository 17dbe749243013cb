extension PageScript {
  /// A picture for those who have none at hand: shapes on a cloth, as `focal demo` renders them.
  static let sample = #"""
    const drawSample = () => new Promise((resolve) => {
      const canvas = make("canvas", { width: 960, height: 640 });
      const pen = canvas.getContext("2d");
      // The same picture each time: a linear congruential generator instead of chance.
      let seed = 7;
      const random = () => {
        seed = (seed * 1664525 + 1013904223) % 4294967296;
        return seed / 4294967296;
      };
      const ground = pen.createLinearGradient(0, 0, 960, 640);
      ground.addColorStop(0, "#d8cdbb");
      ground.addColorStop(1, "#b7aa97");
      pen.fillStyle = ground;
      pen.fillRect(0, 0, 960, 640);
      pen.save();
      pen.rotate(-0.14);
      for (let row = -4; row < 14; row += 1) {
        for (let column = -3; column < 18; column += 1) {
          if ((row + column) % 2) continue;
          pen.fillStyle = "rgb(120 104 86 / 0.13)";
          pen.fillRect(column * 64, row * 64, 64, 64);
        }
      }
      pen.restore();
      const polygon = (corners) => {
        pen.beginPath();
        corners.forEach(([x, y]) => pen.lineTo(x, y));
        pen.closePath();
        pen.fill();
      };
      const star = (radius) => polygon(Array.from({ length: 10 }, (_, corner) => {
        const reach = corner % 2 ? radius * 0.45 : radius;
        const angle = (corner / 10) * 2 * Math.PI - Math.PI / 2;
        return [Math.cos(angle) * reach, Math.sin(angle) * reach];
      }));
      const ring = (radius) => {
        pen.lineWidth = radius * 0.5;
        pen.strokeStyle = pen.fillStyle;
        pen.beginPath();
        pen.arc(0, 0, radius * 0.75, 0, 2 * Math.PI);
        pen.stroke();
      };
      const cross = (radius) => {
        pen.fillRect(-radius, -radius * 0.3, radius * 2, radius * 0.6);
        pen.fillRect(-radius * 0.3, -radius, radius * 0.6, radius * 2);
      };
      const arrow = (radius) => polygon([
        [-1, -0.25], [0.1, -0.25], [0.1, -0.7], [1, 0], [0.1, 0.7], [0.1, 0.25], [-1, 0.25],
      ].map(([x, y]) => [x * radius, y * radius]));
      const put = (what, x, y, radius, turn, color) => {
        pen.save();
        pen.translate(x, y);
        pen.rotate(turn);
        pen.shadowColor = "rgb(40 30 20 / 0.45)";
        pen.shadowBlur = 12;
        pen.shadowOffsetY = 5;
        pen.fillStyle = color;
        what(radius);
        pen.restore();
      };
      put(star, 180, 170, 92, 0.2, "#2f4f8f");
      put(ring, 420, 210, 84, 0, "#8f3b2f");
      put(cross, 660, 160, 78, 0.4, "#2f7a55");
      put(arrow, 830, 330, 84, 0.7, "#5a3f86");
      put(ring, 250, 430, 104, 0, "#23606e");
      put(star, 520, 430, 76, 0.6, "#a3622a");
      put(cross, 700, 500, 58, 0.1, "#7c2f5c");
      put(arrow, 110, 560, 52, -0.5, "#3b3f46");
      put(star, 880, 560, 44, 0, "#8f3b2f");
      // Grain, so that it is no poster.
      for (let speck = 0; speck < 9000; speck += 1) {
        pen.fillStyle = random() < 0.5 ? "rgb(255 255 255 / 0.06)" : "rgb(0 0 0 / 0.06)";
        pen.fillRect(random() * 960, random() * 640, 1.5, 1.5);
      }
      canvas.toBlob((blob) => resolve(new File([blob], "sample.jpg", { type: "image/jpeg" })), "image/jpeg", 0.9);
    });

    one("sample").addEventListener("click", async () => addPictures([await drawSample()], { isSample: true }));

    """#
}
