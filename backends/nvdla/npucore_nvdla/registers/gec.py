# SPDX-License-Identifier: MIT
"""GEC: counts events, in other configurations. Names and bits are the maker's.

Nothing here writes them. A line is a register: its offset and reset in hexadecimal, its name, its
fields; further lines are indented.
"""

from __future__ import annotations

from npucore_nvdla.registers.table import made, resets

ROWS = """
E000 430003 FEATURE num_err_slices=5:0 num_err=31:16
E004 0 SWRESET swrst=0:0
E008 5 MISSIONERR_TYPE code=5:0
E00C 0 CURRENT_COUNTER_VALUE value=8:0
E014 0 MISSIONERR_INDEX idx=6:0
E018 FF CORRECTABLE_THRESHOLD count=7:0
E01C 0 MISSIONERR_INJECT_UNLOCK value=7:0
E030 FFFFFFFF ERRSLICE0_MISSIONERR_ENABLE err0=0:0 err1=1:1 err2=2:2 err3=3:3 err4=4:4 err5=5:5
  err6=6:6 err7=7:7 err8=8:8 err9=9:9 err10=10:10 err11=11:11 err12=12:12 err13=13:13
  err14=14:14 err15=15:15 err16=16:16 err17=17:17 err18=18:18 err19=19:19 err20=20:20
  err21=21:21 err22=22:22 err23=23:23 err24=24:24 err25=25:25 err26=26:26 err27=27:27
  err28=28:28 err29=29:29 err30=30:30 err31=31:31
E034 0 ERRSLICE0_MISSIONERR_FORCE err0=0:0 err1=1:1 err2=2:2 err3=3:3 err4=4:4 err5=5:5 err6=6:6
  err7=7:7 err8=8:8 err9=9:9 err10=10:10 err11=11:11 err12=12:12 err13=13:13 err14=14:14
  err15=15:15 err16=16:16 err17=17:17 err18=18:18 err19=19:19 err20=20:20 err21=21:21
  err22=22:22 err23=23:23 err24=24:24 err25=25:25 err26=26:26 err27=27:27 err28=28:28
  err29=29:29 err30=30:30 err31=31:31
E038 0 ERRSLICE0_MISSIONERR_STATUS err0=0:0 err1=1:1 err2=2:2 err3=3:3 err4=4:4 err5=5:5
  err6=6:6 err7=7:7 err8=8:8 err9=9:9 err10=10:10 err11=11:11 err12=12:12 err13=13:13
  err14=14:14 err15=15:15 err16=16:16 err17=17:17 err18=18:18 err19=19:19 err20=20:20
  err21=21:21 err22=22:22 err23=23:23 err24=24:24 err25=25:25 err26=26:26 err27=27:27
  err28=28:28 err29=29:29 err30=30:30 err31=31:31
E03C 0 ERRSLICE0_MISSIONERR_INJECT err0=0:0 err1=1:1 err2=2:2 err3=3:3 err4=4:4 err5=5:5
  err6=6:6 err7=7:7 err8=8:8 err15=15:15 err16=16:16 err17=17:17 err18=18:18 err19=19:19
  err20=20:20 err21=21:21 err22=22:22 err23=23:23 err24=24:24 err25=25:25 err26=26:26
  err27=27:27 err28=28:28 err29=29:29 err30=30:30 err31=31:31
E040 FFFFFFFF ERRSLICE0_LATENTERR_ENABLE err0=0:0 err1=1:1 err2=2:2 err3=3:3 err4=4:4 err5=5:5
  err6=6:6 err7=7:7 err8=8:8 err9=9:9 err10=10:10 err11=11:11 err12=12:12 err13=13:13
  err14=14:14 err15=15:15 err16=16:16 err17=17:17 err18=18:18 err19=19:19 err20=20:20
  err21=21:21 err22=22:22 err23=23:23 err24=24:24 err25=25:25 err26=26:26 err27=27:27
  err28=28:28 err29=29:29 err30=30:30 err31=31:31
E044 0 ERRSLICE0_LATENTERR_FORCE err0=0:0 err1=1:1 err2=2:2 err3=3:3 err4=4:4 err5=5:5 err6=6:6
  err7=7:7 err8=8:8 err9=9:9 err10=10:10 err11=11:11 err12=12:12 err13=13:13 err14=14:14
  err15=15:15 err16=16:16 err17=17:17 err18=18:18 err19=19:19 err20=20:20 err21=21:21
  err22=22:22 err23=23:23 err24=24:24 err25=25:25 err26=26:26 err27=27:27 err28=28:28
  err29=29:29 err30=30:30 err31=31:31
E048 0 ERRSLICE0_LATENTERR_STATUS err0=0:0 err1=1:1 err2=2:2 err3=3:3 err4=4:4 err5=5:5 err6=6:6
  err7=7:7 err8=8:8 err9=9:9 err10=10:10 err11=11:11 err12=12:12 err13=13:13 err14=14:14
  err15=15:15 err16=16:16 err17=17:17 err18=18:18 err19=19:19 err20=20:20 err21=21:21
  err22=22:22 err23=23:23 err24=24:24 err25=25:25 err26=26:26 err27=27:27 err28=28:28
  err29=29:29 err30=30:30 err31=31:31
E050 0 ERRSLICE0_COUNTER_RELOAD err0=0:0 err1=1:1 err2=2:2 err3=3:3 err4=4:4 err5=5:5 err6=6:6
  err7=7:7 err8=8:8 err9=9:9 err10=10:10 err11=11:11 err12=12:12 err13=13:13 err14=14:14
  err15=15:15 err16=16:16 err17=17:17 err18=18:18 err19=19:19 err20=20:20 err21=21:21
  err22=22:22 err23=23:23 err24=24:24 err25=25:25 err26=26:26 err27=27:27 err28=28:28
  err29=29:29 err30=30:30 err31=31:31
E060 FFFFFFFF ERRSLICE1_MISSIONERR_ENABLE err32=0:0 err33=1:1 err34=2:2 err35=3:3 err36=4:4
  err37=5:5 err38=6:6 err39=7:7 err40=8:8 err41=9:9 err42=10:10 err43=11:11 err44=12:12
  err45=13:13 err46=14:14 err47=15:15 err48=16:16 err49=17:17 err50=18:18 err51=19:19
  err52=20:20 err53=21:21 err54=22:22 err55=23:23 err56=24:24 err57=25:25 err58=26:26
  err59=27:27 err60=28:28 err61=29:29 err62=30:30 err63=31:31
E064 0 ERRSLICE1_MISSIONERR_FORCE err32=0:0 err33=1:1 err34=2:2 err35=3:3 err36=4:4 err37=5:5
  err38=6:6 err39=7:7 err40=8:8 err41=9:9 err42=10:10 err43=11:11 err44=12:12 err45=13:13
  err46=14:14 err47=15:15 err48=16:16 err49=17:17 err50=18:18 err51=19:19 err52=20:20
  err53=21:21 err54=22:22 err55=23:23 err56=24:24 err57=25:25 err58=26:26 err59=27:27
  err60=28:28 err61=29:29 err62=30:30 err63=31:31
E068 0 ERRSLICE1_MISSIONERR_STATUS err32=0:0 err33=1:1 err34=2:2 err35=3:3 err36=4:4 err37=5:5
  err38=6:6 err39=7:7 err40=8:8 err41=9:9 err42=10:10 err43=11:11 err44=12:12 err45=13:13
  err46=14:14 err47=15:15 err48=16:16 err49=17:17 err50=18:18 err51=19:19 err52=20:20
  err53=21:21 err54=22:22 err55=23:23 err56=24:24 err57=25:25 err58=26:26 err59=27:27
  err60=28:28 err61=29:29 err62=30:30 err63=31:31
E06C 0 ERRSLICE1_MISSIONERR_INJECT err32=0:0 err33=1:1 err34=2:2 err35=3:3 err36=4:4 err37=5:5
  err38=6:6 err39=7:7 err40=8:8 err41=9:9 err42=10:10 err43=11:11 err44=12:12 err45=13:13
  err46=14:14 err47=15:15 err48=16:16 err49=17:17 err50=18:18 err51=19:19 err52=20:20
  err53=21:21 err54=22:22 err55=23:23 err56=24:24 err57=25:25 err58=26:26 err59=27:27
  err60=28:28 err61=29:29 err62=30:30 err63=31:31
E070 FFFFFFFF ERRSLICE1_LATENTERR_ENABLE err32=0:0 err33=1:1 err34=2:2 err35=3:3 err36=4:4
  err37=5:5 err38=6:6 err39=7:7 err40=8:8 err41=9:9 err42=10:10 err43=11:11 err44=12:12
  err45=13:13 err46=14:14 err47=15:15 err48=16:16 err49=17:17 err50=18:18 err51=19:19
  err52=20:20 err53=21:21 err54=22:22 err55=23:23 err56=24:24 err57=25:25 err58=26:26
  err59=27:27 err60=28:28 err61=29:29 err62=30:30 err63=31:31
E074 0 ERRSLICE1_LATENTERR_FORCE err32=0:0 err33=1:1 err34=2:2 err35=3:3 err36=4:4 err37=5:5
  err38=6:6 err39=7:7 err40=8:8 err41=9:9 err42=10:10 err43=11:11 err44=12:12 err45=13:13
  err46=14:14 err47=15:15 err48=16:16 err49=17:17 err50=18:18 err51=19:19 err52=20:20
  err53=21:21 err54=22:22 err55=23:23 err56=24:24 err57=25:25 err58=26:26 err59=27:27
  err60=28:28 err61=29:29 err62=30:30 err63=31:31
E078 0 ERRSLICE1_LATENTERR_STATUS err32=0:0 err33=1:1 err34=2:2 err35=3:3 err36=4:4 err37=5:5
  err38=6:6 err39=7:7 err40=8:8 err41=9:9 err42=10:10 err43=11:11 err44=12:12 err45=13:13
  err46=14:14 err47=15:15 err48=16:16 err49=17:17 err50=18:18 err51=19:19 err52=20:20
  err53=21:21 err54=22:22 err55=23:23 err56=24:24 err57=25:25 err58=26:26 err59=27:27
  err60=28:28 err61=29:29 err62=30:30 err63=31:31
E080 0 ERRSLICE1_COUNTER_RELOAD err32=0:0 err33=1:1 err34=2:2 err35=3:3 err36=4:4 err37=5:5
  err38=6:6 err39=7:7 err40=8:8 err41=9:9 err42=10:10 err43=11:11 err44=12:12 err45=13:13
  err46=14:14 err47=15:15 err48=16:16 err49=17:17 err50=18:18 err51=19:19 err52=20:20
  err53=21:21 err54=22:22 err55=23:23 err56=24:24 err57=25:25 err58=26:26 err59=27:27
  err60=28:28 err61=29:29 err62=30:30 err63=31:31
E084 0 ERRSLICE1_MISSIONERR_ECC_CORRECTION_DIS err63=31:31
E090 F ERRSLICE2_MISSIONERR_ENABLE err64=0:0 err65=1:1 err66=2:2 err67=3:3
E094 0 ERRSLICE2_MISSIONERR_FORCE err64=0:0 err65=1:1 err66=2:2 err67=3:3
E098 0 ERRSLICE2_MISSIONERR_STATUS err64=0:0 err65=1:1 err66=2:2 err67=3:3
E09C 0 ERRSLICE2_MISSIONERR_INJECT err64=0:0 err65=1:1
E0A0 F ERRSLICE2_LATENTERR_ENABLE err64=0:0 err65=1:1 err66=2:2 err67=3:3
E0A4 0 ERRSLICE2_LATENTERR_FORCE err64=0:0 err65=1:1 err66=2:2 err67=3:3
E0A8 0 ERRSLICE2_LATENTERR_STATUS err64=0:0 err65=1:1 err66=2:2 err67=3:3
E0B0 0 ERRSLICE2_COUNTER_RELOAD err64=0:0 err65=1:1 err66=2:2 err67=3:3
"""
TABLE = made(ROWS)
"""The registers by name."""
RESET = resets(ROWS, TABLE)
"""The registers whose value at reset is not 0."""
