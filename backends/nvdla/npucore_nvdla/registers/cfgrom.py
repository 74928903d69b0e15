# SPDX-License-Identifier: MIT
"""CFGROM: what a configuration has. Names and bits are the maker's.

Nothing here writes them. A line is a register: its offset and reset in hexadecimal, its name, its
fields; further lines are indented.
"""

from __future__ import annotations

from npucore_nvdla.registers.table import made, resets

ROWS = """
0000 10001 CFGROM_HW_VERSION hw_version=31:0
0004 1 CFGROM_GLB_DESC glb_desc=31:0
0008 180002 CFGROM_CIF_DESC cif_desc=31:0
000C 0 CFGROM_CIF_CAP_INCOMPAT cif_cap_incompat=31:0
0010 0 CFGROM_CIF_CAP_COMPAT cif_cap_compat=31:0
0014 8 CFGROM_CIF_BASE_WIDTH cif_base_width=7:0
0018 32 CFGROM_CIF_BASE_LATENCY cif_base_latency=31:0
001C 80 CFGROM_CIF_BASE_BURST_LENGTH_MAX base_burst_length_max=31:5
0020 400 CFGROM_CIF_BASE_MEM_ADDR_WIDTH cif_base_mem_addr_width=31:5
0024 340003 CFGROM_CDMA_DESC cdma_desc=31:0
0028 0 CFGROM_CDMA_CAP_INCOMPAT cdma_cap_incompat=31:0
002C 10 CFGROM_CDMA_CAP_COMPAT cdma_cap_compat=31:0
0030 10 CFGROM_CDMA_BASE_FEATURE_TYPES cdma_base_feature_types=11:0
0034 10 CFGROM_CDMA_BASE_WEIGHT_TYPES cdma_base_weight_types=11:0
0038 8 CFGROM_CDMA_BASE_ATOMIC_C cdma_base_atomic_c=31:0
003C 8 CFGROM_CDMA_BASE_ATOMIC_K cdma_base_atomic_k=31:0
0040 8 CFGROM_CDMA_BASE_ATOMIC_M cdma_base_atomic_m=31:0
0044 20 CFGROM_CDMA_BASE_CBUF_BANK_NUM cdma_base_cbuf_bank_num=31:0
0048 8 CFGROM_CDMA_BASE_CBUF_BANK_WIDTH cdma_base_cbuf_bank_width=31:0
004C 200 CFGROM_CDMA_BASE_CBUF_BANK_DEPTH cdma_base_cbuf_bank_depth=31:0
0050 0 CFGROM_CDMA_MULTI_BATCH_MAX cdma_multi_batch_max=31:0
0054 CFFF001 CFGROM_CDMA_IMAGE_IN_FORMATS_PACKED cdma_image_in_formats_packed=31:0
0058 3 CFGROM_CDMA_IMAGE_IN_FORMATS_SEMI cdma_image_in_formats_semi=31:0
005C 180004 CFGROM_CBUF_DESC cbuf_desc=31:0
0060 0 CFGROM_CBUF_CAP_INCOMPAT cbuf_cap_incompat=31:0
0064 0 CFGROM_CBUF_CAP_COMPAT cbuf_cap_compat=31:0
0068 20 CFGROM_CBUF_BASE_CBUF_BANK_NUM cbuf_base_cbuf_bank_num=31:0
006C 8 CFGROM_CBUF_BASE_CBUF_BANK_WIDTH cbuf_base_cbuf_bank_width=31:0
0070 200 CFGROM_CBUF_BASE_CBUF_BANK_DEPTH cbuf_base_cbuf_bank_depth=31:0
0074 3 CFGROM_CBUF_BASE_CDMA_ID cbuf_base_cdma_id=31:0
0078 300005 CFGROM_CSC_DESC csc_desc=31:0
007C 0 CFGROM_CSC_CAP_INCOMPAT csc_cap_incompat=31:0
0080 10 CFGROM_CSC_CAP_COMPAT csc_cap_compat=31:0
0084 10 CFGROM_CSC_BASE_FEATURE_TYPES csc_base_feature_types=11:0
0088 10 CFGROM_CSC_BASE_WEIGHT_TYPES csc_base_weight_types=11:0
008C 8 CFGROM_CSC_BASE_ATOMIC_C csc_base_atomic_c=31:0
0090 8 CFGROM_CSC_BASE_ATOMIC_K csc_base_atomic_k=31:0
0094 8 CFGROM_CSC_BASE_ATOMIC_M csc_base_atomic_m=31:0
0098 20 CFGROM_CSC_BASE_CBUF_BANK_NUM csc_base_cbuf_bank_num=31:0
009C 8 CFGROM_CSC_BASE_CBUF_BANK_WIDTH csc_base_cbuf_bank_width=31:0
00A0 200 CFGROM_CSC_BASE_CBUF_BANK_DEPTH csc_base_cbuf_bank_depth=31:0
00A4 3 CFGROM_CSC_BASE_CDMA_ID csc_base_cdma_id=31:0
00A8 0 CFGROM_CSC_MULTI_BATCH_MAX csc_multi_batch_max=31:0
00AC 1C0006 CFGROM_CMAC_A_DESC cmac_a_desc=31:0
00B0 0 CFGROM_CMAC_A_CAP_INCOMPAT cmac_a_cap_incompat=31:0
00B4 10 CFGROM_CMAC_A_CAP_COMPAT cmac_a_cap_compat=31:0
00B8 10 CFGROM_CMAC_A_BASE_FEATURE_TYPES cmac_a_base_feature_types=11:0
00BC 10 CFGROM_CMAC_A_BASE_WEIGHT_TYPES cmac_a_base_weight_types=11:0
00C0 8 CFGROM_CMAC_A_BASE_ATOMIC_C cmac_a_base_atomic_c=31:0
00C4 8 CFGROM_CMAC_A_BASE_ATOMIC_K cmac_a_base_atomic_k=31:0
00C8 3 CFGROM_CMAC_A_BASE_CDMA_ID cmac_a_base_cdma_id=31:0
00CC 1C0006 CFGROM_CMAC_B_DESC cmac_b_desc=31:0
00D0 0 CFGROM_CMAC_B_CAP_INCOMPAT cmac_b_cap_incompat=31:0
00D4 10 CFGROM_CMAC_B_CAP_COMPAT cmac_b_cap_compat=31:0
00D8 10 CFGROM_CMAC_B_BASE_FEATURE_TYPES cmac_b_base_feature_types=11:0
00DC 10 CFGROM_CMAC_B_BASE_WEIGHT_TYPES cmac_b_base_weight_types=11:0
00E0 8 CFGROM_CMAC_B_BASE_ATOMIC_C cmac_b_base_atomic_c=31:0
00E4 8 CFGROM_CMAC_B_BASE_ATOMIC_K cmac_b_base_atomic_k=31:0
00E8 3 CFGROM_CMAC_B_BASE_CDMA_ID cmac_b_base_cdma_id=31:0
00EC 200007 CFGROM_CACC_DESC cacc_desc=31:0
00F0 0 CFGROM_CACC_CAP_INCOMPAT cacc_cap_incompat=31:0
00F4 0 CFGROM_CACC_CAP_COMPAT cacc_cap_compat=31:0
00F8 10 CFGROM_CACC_BASE_FEATURE_TYPES cacc_base_feature_types=11:0
00FC 10 CFGROM_CACC_BASE_WEIGHT_TYPES cacc_base_weight_types=11:0
0100 8 CFGROM_CACC_BASE_ATOMIC_C cacc_base_atomic_c=31:0
0104 8 CFGROM_CACC_BASE_ATOMIC_K cacc_base_atomic_k=31:0
0108 3 CFGROM_CACC_BASE_CDMA_ID cacc_base_cdma_id=31:0
010C 0 CFGROM_CACC_MULTI_BATCH_MAX cacc_multi_batch_max=31:0
0110 E0008 CFGROM_SDP_RDMA_DESC sdp_rdma_desc=31:0
0114 0 CFGROM_SDP_RDMA_CAP_INCOMPAT sdp_rdma_cap_incompat=31:0
0118 0 CFGROM_SDP_RDMA_CAP_COMPAT sdp_rdma_cap_compat=31:0
011C 8 CFGROM_SDP_RDMA_BASE_ATOMIC_M sdp_rdma_base_atomic_m=31:0
0120 9 CFGROM_SDP_RDMA_BASE_SDP_ID sdp_rdma_base_sdp_id=31:0
0124 200009 CFGROM_SDP_DESC sdp_desc=31:0
0128 0 CFGROM_SDP_CAP_INCOMPAT sdp_cap_incompat=31:0
012C 18 CFGROM_SDP_CAP_COMPAT sdp_cap_compat=31:0
0130 10 CFGROM_SDP_BASE_FEATURE_TYPES sdp_base_feature_types=11:0
0134 10 CFGROM_SDP_BASE_WEIGHT_TYPES sdp_base_weight_types=11:0
0138 3 CFGROM_SDP_BASE_CDMA_ID sdp_base_cdma_id=31:0
013C 0 CFGROM_SDP_MULTI_BATCH_MAX sdp_multi_batch_max=31:0
0140 1 CFGROM_SDP_BS_THROUGHPUT sdp_bs_throughput=31:0
0144 1 CFGROM_SDP_BN_THROUGHPUT sdp_bn_throughput=31:0
0148 0 CFGROM_SDP_EW_THROUGHPUT sdp_ew_throughput=31:0
014C E000A CFGROM_PDP_RDMA_DESC pdp_rdma_desc=31:0
0150 0 CFGROM_PDP_RDMA_CAP_INCOMPAT pdp_rdma_cap_incompat=31:0
0154 0 CFGROM_PDP_RDMA_CAP_COMPAT pdp_rdma_cap_compat=31:0
0158 8 CFGROM_PDP_RDMA_BASE_ATOMIC_M pdp_rdma_base_atomic_m=31:0
015C B CFGROM_PDP_RDMA_BASE_PDP_ID pdp_rdma_base_pdp_id=31:0
0160 10000B CFGROM_PDP_DESC pdp_desc=31:0
0164 0 CFGROM_PDP_CAP_INCOMPAT pdp_cap_incompat=31:0
0168 0 CFGROM_PDP_CAP_COMPAT pdp_cap_compat=31:0
016C 10 CFGROM_PDP_BASE_FEATURE_TYPES pdp_base_feature_types=11:0
0170 1 CFGROM_PDP_BASE_THROUGHPUT pdp_base_throughput=31:0
0174 E000C CFGROM_CDP_RDMA_DESC cdp_rdma_desc=31:0
0178 0 CFGROM_CDP_RDMA_CAP_INCOMPAT cdp_rdma_cap_incompat=31:0
017C 0 CFGROM_CDP_RDMA_CAP_COMPAT cdp_rdma_cap_compat=31:0
0180 8 CFGROM_CDP_RDMA_BASE_ATOMIC_M cdp_rdma_base_atomic_m=31:0
0184 D CFGROM_CDP_RDMA_BASE_CDP_ID cdp_rdma_base_cdp_id=31:0
0188 10000D CFGROM_CDP_DESC cdp_desc=31:0
018C 0 CFGROM_CDP_CAP_INCOMPAT cdp_cap_incompat=31:0
0190 0 CFGROM_CDP_CAP_COMPAT cdp_cap_compat=31:0
0194 10 CFGROM_CDP_BASE_FEATURE_TYPES cdp_base_feature_types=11:0
0198 1 CFGROM_CDP_BASE_THROUGHPUT cdp_base_throughput=31:0
019C 0 CFGROM_END_OF_LIST end_of_list=31:0
"""
TABLE = made(ROWS)
"""The registers by name."""
RESET = resets(ROWS, TABLE)
"""The registers whose value at reset is not 0."""
