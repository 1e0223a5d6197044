// One WebGL program for all nodes: a shape a kind, drawn from distances, sharp at any size.

import { EdgeRectangleProgram, NodeProgram } from "sigma/rendering";
import { floatColor } from "sigma/utils";

const VERTEX = /* glsl */ `
attribute vec4 a_id;
attribute vec4 a_color;
attribute vec2 a_position;
attribute float a_size;
attribute float a_shape;
attribute vec2 a_corner;
uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;
varying vec4 v_color;
varying vec2 v_away;
varying float v_radius;
varying float v_shape;
void main() {
  v_radius = a_size * u_correctionRatio / u_sizeRatio * 2.0;
  v_away = (1.5 * v_radius + 3.0 * u_correctionRatio) * a_corner;
  gl_Position = vec4((u_matrix * vec3(a_position + v_away, 1.0)).xy, 0.0, 1.0);
  #ifdef PICKING_MODE
  v_color = a_id;
  #else
  v_color = a_color;
  #endif
  v_color.a *= 255.0 / 254.0;
  v_shape = a_shape;
}`;

const FRAGMENT = /* glsl */ `
precision highp float;
varying vec4 v_color;
varying vec2 v_away;
varying float v_radius;
varying float v_shape;
uniform float u_correctionRatio;
uniform vec3 u_canvas;
float outline(vec2 p) {
  if (v_shape < 0.5) return length(p) - 1.0;
  if (v_shape < 1.5) return max(abs(p.x), abs(p.y)) - 0.88;
  if (v_shape < 2.5) return max(abs(p.x) - 0.7, abs(p.y) - 0.95);
  if (v_shape < 3.5) return (abs(p.x) + abs(p.y) - 1.3) * 0.7071;
  if (v_shape < 4.5) return max(abs(p.x) * 0.866 + p.y * 0.5, -p.y) - 0.74;
  if (v_shape < 5.5) return max(abs(p.x) * 0.866 - p.y * 0.5, p.y) - 0.74;
  return length(p) - 1.0;
}
void main() {
  float pixel = u_correctionRatio * 2.0;
  vec2 p = v_away / v_radius;
  float d = outline(p) * v_radius;
  #ifdef PICKING_MODE
  gl_FragColor = d > pixel * 1.5 ? vec4(0.0) : v_color;
  #else
  vec4 canvas = vec4(u_canvas, 1.0);
  vec4 fill = v_color;
  if (v_shape > 5.5) {
    float hole = (length(p) - 0.5) * v_radius;
    fill = mix(canvas, v_color, clamp(hole / pixel + 0.5, 0.0, 1.0));
  }
  // A thin rim in the colour of the ground keeps neighbours apart.
  vec4 body = mix(fill, canvas, clamp(d / pixel + 0.5, 0.0, 1.0));
  gl_FragColor = mix(body, vec4(0.0), clamp((d - pixel) / pixel + 0.5, 0.0, 1.0));
  #endif
}`;

/**
 * Lines that are `reach` pixels wide for the pointer, however thin they look; none is drawn while
 * `drawn()` is false, for even hidden lines take time.
 */
export function makeLineProgram(reach, drawn) {
  const thin = "float minThickness = u_minEdgeThickness;";
  const wide = `${thin}\n#ifdef PICKING_MODE\nminThickness = ${reach.toFixed(1)};\n#endif\n`;
  return class LineProgram extends EdgeRectangleProgram {
    render(params) {
      if (drawn()) super.render(params);
    }

    getDefinition() {
      const definition = super.getDefinition();
      return { ...definition, VERTEX_SHADER_SOURCE: definition.VERTEX_SHADER_SOURCE.replace(thin, wide) };
    }
  };
}

// Two triangles a node, written out: drawing instances is many times slower without a graphics card.
const CORNERS = [-1, -1, 1, -1, 1, 1, -1, -1, 1, 1, -1, 1];

/** Make the program; `ground` gives the colour behind the picture at each frame. */
export function makeShapeProgram(ground) {
  const { UNSIGNED_BYTE, FLOAT, TRIANGLES } = WebGLRenderingContext;
  return class ShapeProgram extends NodeProgram {
    getDefinition() {
      return {
        VERTICES: 6,
        VERTEX_SHADER_SOURCE: VERTEX,
        FRAGMENT_SHADER_SOURCE: FRAGMENT,
        METHOD: TRIANGLES,
        UNIFORMS: ["u_sizeRatio", "u_correctionRatio", "u_matrix", "u_canvas"],
        ATTRIBUTES: [
          { name: "a_position", size: 2, type: FLOAT },
          { name: "a_size", size: 1, type: FLOAT },
          { name: "a_color", size: 4, type: UNSIGNED_BYTE, normalized: true },
          { name: "a_id", size: 4, type: UNSIGNED_BYTE, normalized: true },
          { name: "a_shape", size: 1, type: FLOAT },
          { name: "a_corner", size: 2, type: FLOAT },
        ],
      };
    }

    processVisibleItem(id, start, data) {
      const { array } = this;
      const color = floatColor(data.color);
      let at = start;
      for (let corner = 0; corner < 12; corner += 2) {
        array[at++] = data.x;
        array[at++] = data.y;
        array[at++] = data.size;
        array[at++] = color;
        array[at++] = id;
        array[at++] = data.shape;
        array[at++] = CORNERS[corner];
        array[at++] = CORNERS[corner + 1];
      }
    }

    setUniforms(params, { gl, uniformLocations }) {
      gl.uniform1f(uniformLocations.u_correctionRatio, params.correctionRatio);
      gl.uniform1f(uniformLocations.u_sizeRatio, params.sizeRatio);
      gl.uniformMatrix3fv(uniformLocations.u_matrix, false, params.matrix);
      gl.uniform3fv(uniformLocations.u_canvas, ground());
    }
  };
}
